/**
 * What the decoder takes once it is warm, measured with JMH on whole captures. First file to read:
 * {@link packetlab.bench.WholeDecode}. {@code scripts/bench} runs it beside the C limit. Imports the library alone, and
 * nothing imports this.
 */
package packetlab.bench;

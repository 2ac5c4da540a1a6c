/**
 * What the decoder takes once it is warm, measured with JMH on whole captures, and what capturing takes. First file to
 * read: {@link packetlab.bench.WholeDecode}. {@code scripts/bench} runs it beside the C limit and beside tcpdump.
 * Imports the library and {@code packetlab.os}, and nothing imports this.
 */
package packetlab.bench;

/**
 * Runs while {@code packetlab.cli} is compiled, and never after: {@link packetlab.cli.model.ModelWriter} turns picocli's
 * annotations into code. Imports nothing of ours.
 */
package packetlab.cli.model;

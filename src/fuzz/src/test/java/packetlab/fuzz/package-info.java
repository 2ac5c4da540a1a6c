/**
 * Targets for fuzzing: everything that sees bytes which somebody else wrote, and what must hold whatever they are. A
 * target is a class with {@code fuzzerTestOneInput(byte[])}, which throws where something does not hold; Jazzer calls
 * it with inputs of its own ({@code scripts/test --fuzz}), {@link packetlab.fuzz.CorpusTest} with those in the resource
 * folder of the target's name, which {@link packetlab.fuzz.Seeds} wrote or fuzzing found. First file to read:
 * {@link packetlab.fuzz.PipelineTarget}.
 */
package packetlab.fuzz;

/**
 * Events as people and programs read them: the ladder ({@link packetlab.report.TextReport}), NDJSON
 * ({@link packetlab.report.JsonReport}), the summary line and the verdict. First file to read:
 * {@link packetlab.report.TextReport}. Imports {@code packetlab.event} and what {@code packetlab.message} says about
 * rules and counters; never {@code packetlab.wire}, {@code packetlab.flow} or a source of packets.
 */
package packetlab.report;

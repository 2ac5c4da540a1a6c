/**
 * What Packetlab found out, as typed records: the one form in which every producer tells it and every sink reads it.
 * Begin with {@link packetlab.event.Event}. The contract for programs is the NDJSON that these become; its schema is
 * the resource {@code packetlab/event/events-1.schema.json}. Imports nothing but the JDK.
 */
package packetlab.event;

/**
 * What a wire of ours does to packets: rules in words, seeded faults, and the judgment of each packet by both. Pure: no
 * clock, no socket. Read {@link packetlab.rules.Judge} first. Must not import anything but event, wire, flow and message.
 */
package packetlab.rules;

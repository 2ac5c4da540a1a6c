/**
 * What messages cost in time, on each kind of socket: numbered messages go out, their answers come back, and every
 * sample is recorded with what it takes to defend it. First file to read: {@link packetlab.latency.Bench}. Imports the
 * operating system's package, the packet and message packages and their events, and HdrHistogram; never the command
 * line.
 */
package packetlab.latency;

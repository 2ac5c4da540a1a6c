/**
 * The commands, one class each, and what they share: options, exit status, the decode loop, the end by Ctrl-C. First
 * file to read: {@link packetlab.cli.Main}, then {@link packetlab.cli.Session}. May import every other module; nothing
 * imports it. Classes that touch the operating system are loaded only by the commands that need them, so that
 * {@code read} runs without libpcap.
 */
package packetlab.cli;

package packetlab.cli;

/** A command whose last words are another command with its own options: ours end where that begins. */
interface RunsCommand {
}

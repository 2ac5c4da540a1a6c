package packetlab.cli;

/** What the process returns; a contract with scripts. */
final class ExitStatus {
    static final int DONE = 0;
    /** It ran and failed: unreadable or damaged file, interface gone, disk full. */
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** Not permitted; the message names the command that grants it. */
    static final int NOT_PERMITTED = 3;
    /** As env(1): Packetlab failed where its status would have been another program's. */
    static final int RAN_NOTHING = 125;
    /** A file was being read when Ctrl-C came: what a shell reports for SIGINT, so that its loops end too. */
    static final int INTERRUPTED = 130;

    private ExitStatus() {}
}

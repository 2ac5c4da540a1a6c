package packetlab.cli;

import picocli.CommandLine.Option;

/** What even a command without output of its own takes. */
final class HelpOptions {
    @Option(names = "--debug", order = 90, description = "print stack traces of errors")
    boolean debug;

    @Option(names = {"-h", "--help"}, order = 91, usageHelp = true, description = "show this help and exit")
    boolean help;

    @Option(names = {"-V", "--version"}, order = 92, versionHelp = true, description = "show the version and exit")
    boolean version;
}

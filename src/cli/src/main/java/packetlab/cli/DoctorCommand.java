package packetlab.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Tells what this machine and user may capture, and the one command that fixes what is missing. */
@Command(name = "doctor", description = "Tells what this machine and user may capture, and how to get what is missing.",
        footer = {"", "Examples:",
            "  packetlab doctor",
            "  packetlab doctor --json | jq -r 'select(.works | not) | .remedy'"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common;

    @ParentCommand
    Main main;

    @Override
    public Integer call() throws IOException {
        main.print(new DoctorReport(common, main.console().utf8()).examine());
        return ExitStatus.DONE;
    }
}

package packetlab.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints a completion script; made from the commands as they are, so it is never behind them. */
@Command(name = "completion", description = "Prints the completion script for a shell",
        footer = {"", "Examples:",
            "  source <(packetlab completion bash)    for this shell",
            "  source <(packetlab completion zsh)     the same in zsh",
            "  packetlab completion bash > ~/.local/share/bash-completion/completions/packetlab"})
final class CompletionCommand implements Callable<Integer> {
    /** Shells that we have a script for; zsh reads bash's through its own bashcompinit. */
    enum Shell {
        bash, zsh
    }

    @Parameters(paramLabel = "SHELL", arity = "1", description = "for which: ${COMPLETION-CANDIDATES}")
    Shell shell;

    @ParentCommand
    Main main;

    @Mixin
    HelpOptions help;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String script = AutoComplete.bash(Main.NAME, spec.root().commandLine());
        main.print(script);
        return ExitStatus.DONE;
    }
}

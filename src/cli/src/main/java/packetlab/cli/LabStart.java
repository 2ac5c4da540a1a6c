package packetlab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import packetlab.labs.Acts;
import packetlab.labs.Course;
import packetlab.labs.Lab;
import packetlab.labs.LabRun;
import packetlab.labs.LabSheet;
import packetlab.labs.LabSyntaxException;
import packetlab.labs.Phrase;
import packetlab.labs.RunFolder;
import packetlab.os.NamespaceKeeper;
import packetlab.timeline.JoinedRun;

/** Plays a lab in a private network. Loads native code. */
final class LabStart {
    private final Main main;
    private final Lab lab;
    private final String language;

    LabStart(Main main, Lab lab, String language) {
        this.main = main;
        this.lab = lab;
        this.language = language;
    }

    /** What an example run draws. */
    static JoinedRun example(Main main, Lab lab) throws IOException, LabSyntaxException {
        PrivatePlace.enter(main, "the picture of a lab needs a network of its own");
        NamespaceKeeper keeper = NamespaceKeeper.start();
        try {
            return LabRun.play(lab, 0, null, true);
        } finally {
            keeper.close();
        }
    }

    /** @param lines what is done in an interactive lab, from a file; null for standard input */
    int run(String student, Course.Token token, Long ownSeed, Path folder, Path lines) throws IOException, LabSyntaxException {
        if (lines != null && !lab.isInteractive()) {
            throw Failure.usage("in the lab " + lab.name() + " there is nothing to do: --acts is for interactive labs");
        }
        PrivatePlace.enter(main, "a lab needs a network of its own");
        long seed = ownSeed != null ? ownSeed : Course.seed(token, student, lab.name());
        RunFolder run = new RunFolder(folder);
        boolean made = !Files.exists(folder);
        Files.createDirectories(folder);
        Path capture = run.file(RunFolder.CAPTURE);
        Path fresh = run.file(RunFolder.CAPTURE + ".new");
        main.lifetime().graceful();         // what was begun is taken away before a signal ends it
        NamespaceKeeper keeper = NamespaceKeeper.start();
        try (InputStream file = lines == null ? null : Files.newInputStream(lines)) {
            Acts acts = new Acts(new LabTerminal(main, file), lab, seed, language);
            LabRun.play(lab, seed, fresh, acts);
            Files.move(fresh, capture, StandardCopyOption.REPLACE_EXISTING);
            run.write(lab, student, seed, language, token, lab.isInteractive() ? acts : null);
        } catch (IOException e) {
            if (main.lifetime().ending()) {
                main.messages().print(Phrase.NOTHING_KEPT.in(language), List.of());
                return ExitStatus.INTERRUPTED;
            }
            throw e;
        } finally {
            keeper.close();
            Files.deleteIfExists(fresh);
            if (made && !Files.exists(capture)) {
                Files.deleteIfExists(folder);
            }
        }
        tell(run, folder, token);
        return ExitStatus.DONE;
    }

    private void tell(RunFolder run, Path folder, Course.Token token) throws IOException, LabSyntaxException {
        StringBuilder out = new StringBuilder(lab.title(language)).append('\n');
        out.append(file(Phrase.FILE_QUESTIONS, run.file(RunFolder.QUESTIONS))).append(file(Phrase.FILE_CAPTURE, run.file(RunFolder.CAPTURE)))
                .append(file(Phrase.FILE_ANSWERS, run.file(RunFolder.ANSWERS)));
        if (lab.isInteractive()) {
            out.append(file(Phrase.FILE_ACTS, run.file(RunFolder.ACTS)));
        }
        out.append(next(Phrase.THEN, "packetlab lab check " + lab.name() + " " + run.file(RunFolder.ANSWERS)));
        if (token != null) {
            out.append(next(Phrase.AND, "packetlab lab hand-in " + folder + " --token FILE"));
        }
        main.print(out.toString());
    }

    private String file(Phrase name, Path file) {
        return "  " + LabSheet.padded(name.in(language), 12) + file + "\n";
    }

    private String next(Phrase name, String command) {
        return LabSheet.padded(name.in(language) + ":", 8) + command + "\n";
    }
}

package packetlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import packetlab.labs.Course;
import packetlab.labs.Lab;
import packetlab.labs.LabRun;
import packetlab.labs.LabSyntaxException;
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

    int run(String student, Course.Token token, Long ownSeed, Path folder) throws IOException, LabSyntaxException {
        PrivatePlace.enter(main, "a lab needs a network of its own");
        long seed = ownSeed != null ? ownSeed : Course.seed(token, student, lab.name());
        RunFolder run = new RunFolder(folder);
        Files.createDirectories(folder);
        Path capture = run.file(RunFolder.CAPTURE);
        Path fresh = run.file(RunFolder.CAPTURE + ".new");
        NamespaceKeeper keeper = NamespaceKeeper.start();
        try {
            LabRun.play(lab, seed, fresh, false);
            Files.move(fresh, capture, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } finally {
            keeper.close();
            Files.deleteIfExists(fresh);
        }
        run.write(lab, student, seed, language, token);
        main.print(lab.title(language) + "\n"
                + "  questions   " + run.file(RunFolder.QUESTIONS) + "\n"
                + "  capture     " + capture + "\n"
                + "  answers     " + run.file(RunFolder.ANSWERS) + "\n"
                + "then:   packetlab lab check " + lab.name() + " " + run.file(RunFolder.ANSWERS) + "\n"
                + (token == null ? "" : "and:    packetlab lab hand-in " + folder + " --token FILE\n"));
        return ExitStatus.DONE;
    }
}

package packetlab.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import packetlab.labs.Check;
import packetlab.labs.ClassGrading;
import packetlab.labs.Course;
import packetlab.labs.Lab;
import packetlab.labs.LabFormat;
import packetlab.labs.LabPage;
import packetlab.labs.LabSheet;
import packetlab.labs.LabSyntaxException;
import packetlab.labs.Labs;
import packetlab.labs.Phrase;
import packetlab.labs.Roster;
import packetlab.labs.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Coursework: labs on real traffic, a different one for every student, graded by the tool. */
@Command(name = "lab", description = {"Coursework: labs on real traffic, another one for every student, marked by the tool."},
        footer = {"", "For students:",
            "  packetlab lab list                                  all labs",
            "  packetlab lab start handshake --student 2026001     play one, and write its questions",
            "  packetlab lab check handshake answers.txt           what is right so far",
            "For teachers:",
            "  packetlab lab secret course.key                     once for a course; keep it to yourself",
            "  packetlab lab tokens course.key --roster roster.csv -d tokens     a key for each student",
            "  packetlab lab grade handed-in --roster roster.csv --secret course.key -d grades",
            "  packetlab lab format                                how to write a lab of your own",
            "", "Examples:",
            "  packetlab lab show handshake --html handshake.html  the handbook page, to be printed",
            "  packetlab lab start ./my-lab --student 2026001 -d work            a lab of your own"})
final class LabCommand implements Runnable {
    @Mixin
    private HelpOptions help;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what of labs? packetlab lab list, show, start, check, hand-in, "
                + "grade, secret, tokens or format");
    }

    Main main() {
        return main;
    }

    /** Something of a lab, whose faults end it in one line. */
    @FunctionalInterface
    private interface Work {
        int run() throws IOException, LabSyntaxException;
    }

    private static int attempt(Work work) throws IOException {
        try {
            return work.run();
        } catch (LabSyntaxException e) {
            throw Failure.failed(e.getMessage(), e);
        } catch (FileSystemException e) {
            throw Failure.failed(FileTrouble.line(String.valueOf(e.getFile()), e), e);
        } catch (IOException e) {
            if (Messages.find(e, StandardOutput.ReaderGone.class) != null
                    || Messages.find(e, StandardOutput.Unwritable.class) != null) {
                throw e;
            }
            throw Failure.failed(e.getMessage(), e);
        }
    }

    static Lab lab(String name) throws IOException, LabSyntaxException {
        Lab lab = Labs.find(name);
        if (lab == null) {
            throw Failure.usage("there is no lab and no folder " + name, "there are:   " + String.join(", ", Labs.names()));
        }
        return lab;
    }

    /** Names for completion. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            super(Labs.names());
        }
    }

    /** In which language labs speak. */
    static final class Language {
        @Option(names = "--lang", order = 30, paramLabel = "LANG", description = "language of the text: en, ko (default: the locale's)")
        private String language;

        String code() {
            if (language != null) {
                return language.toLowerCase(Locale.ROOT);
            }
            String set = System.getProperty("packetlab.lc_all");
            for (String name : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
                set = set != null && !set.isEmpty() ? set : name.equals("LC_ALL") && set != null ? "" : System.getenv(name);
            }
            return set != null && set.toLowerCase(Locale.ROOT).startsWith("ko") ? "ko" : Lab.ENGLISH;
        }
    }

    @Command(name = "list", description = "Lists the labs.", footer = {"", "Examples:", "  packetlab lab list --lang ko"})
    int list(@Mixin HelpOptions helpOptions, @Mixin Language language) throws IOException {
        return attempt(() -> {
            StringBuilder lines = new StringBuilder();
            int width = Labs.names().stream().mapToInt(String::length).max().orElse(0);
            for (String name : Labs.names()) {
                Lab lab = Labs.find(name);
                lines.append(String.format("%-" + width + "s  %3s min  %s%n", name, lab.minutes(language.code()), lab.title(language.code())));
            }
            main.print(lines.toString());
            return ExitStatus.DONE;
        });
    }

    @Command(name = "show", description = "Shows a lab's page of the handbook; as HTML with the picture of an example run.",
            footer = {"", "Examples:", "  packetlab lab show handshake", "  packetlab lab show handshake --html handshake.html"})
    int show(@Mixin HelpOptions helpOptions, @Mixin Language language,
             @Parameters(paramLabel = "NAME", completionCandidates = Names.class, description = "a lab, or the folder of one") String name,
             @Option(names = "--html", paramLabel = "FILE", description = "the page to be printed") Path html) throws IOException {
        return attempt(() -> {
            Lab lab = lab(name);
            if (html == null) {
                main.print(LabSheet.page(lab, language.code()));
                return ExitStatus.DONE;
            }
            Files.writeString(html, LabPage.html(lab, language.code(), LabStart.example(main, lab)));
            return ExitStatus.DONE;
        });
    }

    @Command(name = "start", description = {"Plays a lab for one student, in a private network that needs no root, and records it.",
        "Writes capture.pcapng, questions.txt, answers.txt and run.txt. An interactive lab asks for what to do and shows at once "
            + "what comes of it; it ends with the word done, or Ctrl-D. Ctrl-C leaves and keeps nothing."},
            footer = {"", "Examples:", "  packetlab lab start handshake --student 2026001",
                "  packetlab lab start loss --student 2026001 --token 2026001.token -d loss",
                "  packetlab lab start craft --student 2026001             packets of your own, typed line by line",
                "  packetlab lab start craft --student 2026001 --acts craft/acts.txt     the same once more"})
    int start(@Mixin HelpOptions helpOptions, @Mixin Language language,
              @Parameters(paramLabel = "NAME", completionCandidates = Names.class, description = "a lab, or the folder of one") String name,
              @Option(names = "--student", required = true, paramLabel = "ID", description = "whose it is") String student,
              @Option(names = "--token", paramLabel = "FILE", description = "the student's key, from the teacher: signs the run") Path tokenFile,
              @Option(names = "--seed", paramLabel = "NUMBER", description = "another seed than the student's own, to practise") Long seed,
              @Option(names = "--acts", paramLabel = "FILE", description = "in an interactive lab, what to do, one line each, instead of typing it") Path acts,
              @Option(names = "-d", paramLabel = "DIR", description = "where to put it (default: a folder of the lab's name)") Path folder)
            throws IOException {
        if (!student.matches(Course.ID)) {
            throw Failure.usage("a student's id is of letters, digits and . _ - @: " + student);
        }
        return attempt(() -> {
            Lab lab = lab(name);
            Course.Token token = tokenFile == null ? null : Course.Token.read(tokenFile);
            if (token != null && !token.student().equals(student)) {
                throw Failure.failed(tokenFile + ": is the token of " + token.student() + ", not of " + student, null);
            }
            return new LabStart(main, lab, language.code()).run(student, token, seed, folder == null ? Path.of(lab.name()) : folder, acts);
        });
    }

    @Command(name = "check", description = "Tells which answers are right, which are wrong and where to look, without giving them away.",
            footer = {"", "Examples:", "  packetlab lab check handshake answers.txt",
                "  packetlab lab check handshake answers.txt --reveal      a run without a token: the answers, too",
                "", "Exit status: 0 all right, 1 not yet."})
    int check(@Mixin HelpOptions helpOptions, @Mixin Language language,
              @Parameters(index = "0", paramLabel = "NAME", completionCandidates = Names.class, description = "a lab, or the folder of one") String name,
              @Parameters(index = "1", paramLabel = "ANSWERS", description = "answers.txt in the folder of the run") Path answers,
              @Option(names = "--reveal", description = "give the answers and say why; for a signed run it takes --secret") boolean reveal,
              @Option(names = "--secret", paramLabel = "FILE", description = "the teacher's, to reveal the answers of a signed run") Path secret)
            throws IOException {
        return attempt(() -> {
            Lab lab = lab(name);
            Path place = answers.toAbsolutePath().getParent();
            RunFolder folder = new RunFolder(place);
            RunFolder.Run run = folder.read();
            if (!run.lab().equals(lab.name())) {
                throw Failure.failed(place.resolve(RunFolder.RUN) + ": is a run of " + run.lab() + ", not of " + lab.name(), null);
            }
            if (reveal && run.isSigned() && (secret == null || !run.isSignedBy(Course.read(secret).token(run.student())))) {
                throw Failure.notPermitted("the answers of a signed run are revealed to the teacher: --secret FILE",
                        List.of("to practise:   packetlab lab start " + lab.name() + " --student " + run.student() + " -d practice"), null);
            }
            Check.Report report = Check.of(lab, answers, run, folder, language.code(), reveal);
            report.trouble().forEach(line -> main.messages().print(line, List.of()));
            main.print(String.join(System.lineSeparator(), report.lines()) + System.lineSeparator());
            return report.complete() ? ExitStatus.DONE : ExitStatus.FAILED;
        });
    }

    @Command(name = "hand-in", description = "Signs the answers of a run as they are now; then hand in the whole folder.",
            footer = {"", "Examples:", "  packetlab lab hand-in loss --token 2026001.token"})
    int handIn(@Mixin HelpOptions helpOptions, @Mixin Language language,
               @Parameters(paramLabel = "DIR", description = "the folder of the run") Path folder,
               @Option(names = "--token", required = true, paramLabel = "FILE", description = "the student's key") Path tokenFile)
            throws IOException {
        return attempt(() -> {
            RunFolder run = new RunFolder(folder);
            Course.Token token = Course.Token.read(tokenFile);
            if (!run.read().isSignedBy(token)) {
                throw Failure.failed(folder + ": this run was not signed with that token", null);
            }
            run.handIn(token);
            main.print(Phrase.ALREADY_SIGNED.in(language.code(), folder.resolve(RunFolder.HAND_IN)) + "\n");
            return ExitStatus.DONE;
        });
    }

    @Command(name = "grade", description = "Marks a class: every folder of a run below DIR. Needs no network.",
            footer = {"", "Examples:",
                "  packetlab lab grade handed-in --roster roster.csv -d grades",
                "  packetlab lab grade handed-in --roster roster.csv --secret course.key -d grades     checks who made what",
                "", "The roster is CSV with a heading: id,name. Writes grades.csv, class.html and a page for each student.",
                "What cannot be marked is one line on stderr, and the rest goes on.", "",
                "Exit status: 0 all were marked, 1 some lines say what was not."})
    int grade(@Mixin HelpOptions helpOptions, @Mixin Language language,
              @Parameters(paramLabel = "DIR", description = "what was handed in") Path folder,
              @Option(names = "--roster", required = true, paramLabel = "FILE", description = "the class, as CSV") Path rosterFile,
              @Option(names = "--secret", paramLabel = "FILE", description = "the course's, to check signatures") Path secret,
              @Option(names = "--lab", paramLabel = "FOLDER", description = "a lab of your own (repeatable)") List<Path> labs,
              @Option(names = "-d", defaultValue = "grades", paramLabel = "OUT", description = "where to put the result (default: grades)") Path out)
            throws IOException {
        return attempt(() -> {
            if (!Files.isDirectory(folder)) {
                throw Failure.failed(folder + ": no such folder", null);
            }
            int[] troubles = {0};
            Roster roster = Roster.read(rosterFile.toString(), readText(rosterFile));
            ClassGrading grading = new ClassGrading(language.code(), roster, secret == null ? null : Course.read(secret),
                    labs == null ? List.of() : labs, line -> {
                        troubles[0]++;
                        main.messages().print(line, List.of());
                    });
            for (String line : roster.trouble()) {
                troubles[0]++;
                main.messages().print(line, List.of());
            }
            grading.mark(folder);
            grading.write(out);
            main.print(Phrase.SUMMARY.in(language.code(), roster.students().size(), grading.marked(), out.resolve("class.html")) + "\n");
            return troubles[0] == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
        });
    }

    private static String readText(Path file) throws IOException {
        return LabFormat.read(file);
    }

    @Command(name = "secret", description = "Makes the secret of a course, which signs and checks everything; keep it to yourself.",
            footer = {"", "Examples:", "  packetlab lab secret course.key"})
    int secret(@Mixin HelpOptions helpOptions, @Parameters(paramLabel = "FILE", description = "a new file") Path file) throws IOException {
        return attempt(() -> {
            if (Files.exists(file)) {
                throw Failure.failed(file + ": is there already, and is not overwritten", null);
            }
            Course.create(file);
            return ExitStatus.DONE;
        });
    }

    @Command(name = "tokens", description = "Makes a key for each student of a roster, to sign with. Give each student the own one.",
            footer = {"", "Examples:", "  packetlab lab tokens course.key --roster roster.csv -d tokens"})
    int tokens(@Mixin HelpOptions helpOptions,
               @Parameters(paramLabel = "SECRET", description = "made by 'packetlab lab secret'") Path secret,
               @Option(names = "--roster", required = true, paramLabel = "FILE", description = "the class, as CSV") Path rosterFile,
               @Option(names = "-d", defaultValue = "tokens", paramLabel = "DIR", description = "where to put them (default: tokens)") Path out)
            throws IOException {
        return attempt(() -> {
            Course course = Course.read(secret);
            Roster roster = Roster.read(rosterFile.toString(), readText(rosterFile));
            roster.trouble().forEach(line -> main.messages().print(line, List.of()));
            Files.createDirectories(out);
            for (String student : roster.students().keySet()) {
                Files.writeString(out.resolve(student + ".token"), course.token(student).text());
            }
            main.print(roster.students().size() + " tokens in " + out + "\n");
            return roster.trouble().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
        });
    }

    @Command(name = "format", description = "Describes the files of a lab, for teachers who write one.",
            footer = {"", "Examples:", "  packetlab lab format"})
    int format(@Mixin HelpOptions helpOptions) throws IOException {
        main.print(LabFormat.text());
        return ExitStatus.DONE;
    }
}

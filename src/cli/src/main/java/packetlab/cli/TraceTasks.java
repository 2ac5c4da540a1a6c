package packetlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import packetlab.event.CallEvent;
import packetlab.event.NoteEvent;

/**
 * The processes and threads of a traced command: a letter for each process, with a number for each further thread of it, so
 * that a line can say who made a call where there are several. Names are asked of the system when a process makes its first
 * call. Marks are given on one thread and asked for on the same.
 */
final class TraceTasks {
    /** Beyond it a task has no mark. */
    private static final int MOST = 1 << 12;
    private static final int LETTERS = 26;

    private record Task(String mark, String words, long timeNs) {}

    private final Consumer<NoteEvent> teller;
    private final LongFunction<String> programs;
    private final Map<Long, Task> threads = new LinkedHashMap<>();
    private final Map<Long, Integer> processes = new HashMap<>();
    private final Map<Long, Integer> threadsOf = new HashMap<>();
    private final Map<Long, String> names = new HashMap<>();

    /**
     * @param teller   told of each task, from the second one on of all of them, as {@code B is nginx, process 4242}
     * @param programs the name of a process's program, where somebody else knows it
     */
    TraceTasks(Consumer<NoteEvent> teller, LongFunction<String> programs) {
        this.teller = teller;
        this.programs = programs;
    }

    /** To be told of each call before its mark is asked for. */
    void see(CallEvent call) {
        if (threads.containsKey(call.tid()) || threads.size() >= MOST) {
            return;
        }
        Integer number = processes.get(call.pid());
        if (number == null) {
            number = processes.size();
            processes.put(call.pid(), number);
            String told = programs.apply(call.pid());
            names.put(call.pid(), told != null ? told : name(Path.of("/proc/" + call.pid() + "/comm")));
        }
        int thread = threadsOf.merge(call.pid(), 1, Integer::sum);
        String mark = letters(number) + (thread == 1 ? "" : Integer.toString(thread));
        String name = names.get(call.pid());
        String words = mark + " is " + (name == null ? "" : name + ", ") + "process " + call.pid()
                + (call.tid() == call.pid() ? "" : ", thread " + call.tid());
        threads.put(call.tid(), new Task(mark, words, call.timeNs()));
        if (threads.size() == 2) {
            threads.values().forEach(this::tell);
        } else if (threads.size() > 2) {
            tell(threads.get(call.tid()));
        }
    }

    /** Stands before the first call of it. */
    private void tell(Task task) {
        teller.accept(new NoteEvent(task.timeNs() - 1, null, task.words()));
    }

    private static String letters(int number) {
        return (number < LETTERS ? "" : letters(number / LETTERS - 1)) + (char) ('A' + number % LETTERS);
    }

    private static String name(Path comm) {
        try {
            return Files.readString(comm, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return null;        // it has ended already
        }
    }

    /** What a call's line begins with: nothing where all calls are of one thread. */
    String mark(CallEvent call) {
        Task task = threads.size() > 1 ? threads.get(call.tid()) : null;
        return task == null ? "" : task.mark() + " ";
    }

    /** The name of a process that has made a call; null where it is not known. */
    String name(long pid) {
        return names.get(pid);
    }

    /** All of them in words, where there are several. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        if (threads.size() > 1) {
            threads.values().forEach(t -> words.add(t.words()));
        }
        return words;
    }
}

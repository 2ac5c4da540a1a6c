package packetlab.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A way to see the socket calls of a program and of all that it starts. Polled by one thread. */
public interface CallTracer extends AutoCloseable {
    /** Where calls go. */
    interface Calls {
        void call(SeenCall call);

        /** Some that came before the next one were not seen. */
        default void missing() {}
    }

    /** Its name, such as {@code preload}. */
    String name();

    /** The program that is to be executed so that {@code program} is traced. */
    default Path program(Path program) {
        return program;
    }

    /** Its words, the name first, made of those of the command. */
    default List<String> words(Path program, List<String> words) {
        return words;
    }

    /** What the command's environment needs on top of ours. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** The command has been started, or, where it waits for this, is let go. */
    default void started(int pid) throws IOException {}

    /** Whether a process is the tracer's own, and no part of the command. */
    default boolean isOwn(long pid) {
        return false;
    }

    /** Hands on the calls that have come since; returns how many. */
    int poll(Calls calls) throws IOException;

    /**
     * All calls that had returned by then were handed on by the last {@link #poll}; {@code Long.MAX_VALUE} where it hands on
     * whatever there is, and only the way here takes its time.
     */
    default long completeUntilNs() {
        return Long.MAX_VALUE;
    }

    /** The name of a process's program as the tracer has seen it; null where it has not. */
    default String nameOf(long pid) {
        return null;
    }

    /** Whether nothing more will come, once the command and all that it has started have ended. */
    default boolean over() {
        return true;
    }

    /** Hands on the calls that have not returned: asked once, when nothing more will come. */
    default void unreturned(Calls calls) {}

    /** Calls that are known to be missing. */
    long lost();

    /** What is to be said of what was not seen, one line each; asked after the end. */
    default List<String> remarks() {
        return List.of();
    }

    @Override
    void close();
}

package packetlab.report;

import java.nio.charset.StandardCharsets;

/** What the ladder is drawn with, and its twin for terminals that know only ASCII. */
enum Glyphs {
    UNICODE("─", "═", "◀", "▶", " · ", "…", "µs", "→", "←", "§", "accept ✓", "accept ✗", "✓"),
    ASCII("-", "=", "<", ">", ", ", "...", "us", "->", "<-", "section ", "accept ok", "accept WRONG", "-");

    /** Longest arrow that is drawn at one go. */
    static final int MAX_ARROW = 64;

    /** A segment's arrow, {@link #MAX_ARROW} columns of it. */
    final byte[] thin;
    /** A message's arrow likewise. */
    final byte[] thick;
    final byte[] headLeft;
    final byte[] headRight;
    /** Between two things on a line. */
    final String dot;
    final byte[] dotBytes;
    final String ellipsis;
    final String microseconds;
    /** Above the column of times. */
    final byte[] timeName;
    final int timeNameColumns;
    /** What went from client to server, in a line of text. */
    final String toServer;
    final String toClient;
    final String section;
    final String acceptRight;
    final String acceptWrong;
    /** Marks a rule that was kept. */
    final String kept;

    Glyphs(String thin, String thick, String headLeft, String headRight, String dot, String ellipsis,
            String microseconds, String toServer, String toClient, String section, String acceptRight,
            String acceptWrong, String kept) {
        this.thin = utf8(thin.repeat(MAX_ARROW));
        this.thick = utf8(thick.repeat(MAX_ARROW));
        this.headLeft = utf8(headLeft);
        this.headRight = utf8(headRight);
        this.dot = dot;
        this.dotBytes = utf8(dot);
        this.ellipsis = ellipsis;
        this.microseconds = microseconds;
        this.timeName = utf8("time " + microseconds);
        this.timeNameColumns = "time ".length() + microseconds.length();
        this.toServer = toServer;
        this.toClient = toClient;
        this.section = section;
        this.acceptRight = acceptRight;
        this.acceptWrong = acceptWrong;
        this.kept = kept;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each lab (or those of -Dpacketlab.labs=udp,loss) with some seeds (-Dpacketlab.labs.seeds=200), answered from what
 * tshark reads in the capture and not from our decoder, and marked: full marks, and none for an answer beside it. {@code
 * solvers.txt} says how tshark tells.
 */
@Tag("peers")
class LabPeersTest {
    private static final String[] FIELDS = {"frame.number", "ip.src", "tcp.srcport", "tcp.dstport", "tcp.flags.syn", "tcp.flags.ack",
        "tcp.flags.fin", "tcp.flags.reset", "tcp.seq", "tcp.seq_raw", "tcp.ack", "tcp.ack_raw", "tcp.len", "tcp.nxtseq",
        "tcp.options.mss_val", "tcp.options.timestamp.tsval", "tcp.stream", "tcp.analysis.duplicate_ack", "tcp.analysis.zero_window", "tcp.analysis.window_update", "tcp.analysis.keep_alive",
        "tcp.analysis.retransmission",
        "http.sec_websocket_key", "websocket.opcode", "websocket.fin", "websocket.mask", "websocket.payload_length", "websocket.payload_length_ext_16", "http.response.code", "websocket.rsv",
        "websocket.payload.text", "websocket.payload.close.status_code", "websocket.payload.ping", "websocket.payload.close.reason", "udp.length", "udp.dstport", "icmp.type", "data.len",
        "http.request.uri", "http.request.method", "http.sec_websocket_accept", "http.sec_websocket_protocol", "http.sec_websocket_version", "http.sec_websocket_extensions",
        "http.content_length", "http.file_data", "tcp.payload", "websocket.pmc", "websocket.reassembled.length",
        "tcp.options.wscale.shift", "udp.srcport", "udp.checksum.status", "icmp.ident", "icmp.code", "frame.time_relative", "frame.time_epoch",
        "udp.payload"};
    @TempDir
    private Path dir;

    private List<Line> solvers;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void whatTsharkReadsGetsFullMarks() throws Exception {
        Assumptions.assumeTrue(run("tshark", "--version").startsWith("TShark"), "tshark is not installed");
        List<Long> seeds = LongStream.rangeClosed(1, Integer.getInteger("packetlab.labs.seeds", 4)).boxed().toList();
        try (InputStream in = LabPeersTest.class.getResourceAsStream("/solvers.txt")) {
            solvers = Line.all("solvers.txt", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        List<String> all = new ArrayList<>();
        List<String> interactive = new ArrayList<>();
        for (String name : names()) {
            seeds.forEach(seed -> all.add(name + ":" + seed + ":0"));
            if (Labs.find(name).isInteractive()) {
                interactive.add(name);
                seeds.forEach(seed -> all.add(name + ":" + seed + ":" + Played.WRONG));
            }
        }
        Played.play(dir, all);
        for (String name : names()) {
            Lab lab = Labs.find(name);
            for (long seed : seeds) {
                Script script = lab.script(seed);
                Path folder = Played.folder(dir, name, seed, 0);
                List<Map<String, String>> rows = rows(folder.resolve(RunFolder.CAPTURE));
                Map<String, String> answers = new LinkedHashMap<>();
                Map<String, String> selections = new LinkedHashMap<>();
                for (Line solver : solvers) {
                    String of = solver.again().word("lab");
                    if (of.equals(name) || of.equals(name + "@" + script.values().get("rule"))) {
                        Variables known = new Variables(script.variables());
                        answers.forEach(known::set);
                        Line line = solver.filled(known);
                        line.word("lab");
                        String question = line.word("question");
                        String answer = solve(line, rows);
                        if (line.nextIsQuoted()) {          // a filter, and the packets that it is to select
                            String filter = line.text("a filter");
                            assertEquals(answer, selectedByTcpdump(folder.resolve(RunFolder.CAPTURE), filter, rows), name + ": " + filter);
                            answers.put(question, filter);
                            selections.put(question, answer);
                        } else {
                            answers.put(question, answer);
                        }
                    }
                }
                Marker marker = new Marker(lab, script, "en", new RunFolder(folder).facts(), new RunFolder(folder).selection());
                assertEquals(marker.questions().stream().map(Question::id).toList(), List.copyOf(answers.keySet()), name);
                for (Marker.Verdict verdict : marker.mark(new Answers(answers, List.of()))) {
                    assertEquals(Marker.Result.RIGHT, verdict.result(), name + " with seed " + seed + ": " + verdict);
                }
                selections.forEach((question, frames) -> assertEquals(frames, marker.keys().get(question), name + ": " + question));
                for (Question question : marker.questions()) {
                    if (question.kind() == Question.Kind.DEED) {
                        assertEquals("yes", answers.get(question.id()), name + " with seed " + seed + ": " + question.id());
                        continue;
                    }
                    String wrong = LabsLiveTest.wrong(question, marker.keys().get(question.id()));
                    marker.mark(new Answers(Map.of(question.id(), wrong), List.of()))
                            .stream().filter(verdict -> verdict.question() == question)
                            .forEach(verdict -> assertNotEquals(Marker.Result.RIGHT, verdict.result(), name + ": " + verdict));
                }
                if (interactive.contains(name)) {
                    nearlyRightIsNotRight(name, seed, script);
                }
            }
        }
    }

    /** Of what was done nearly right the deeds are done that tshark says are done, and no filter is right. */
    private void nearlyRightIsNotRight(String name, long seed, Script script) throws Exception {
        RunFolder folder = new RunFolder(Played.folder(dir, name, seed, Played.WRONG));
        List<Map<String, String>> rows = rows(folder.file(RunFolder.CAPTURE));
        Marker marker = new Marker(Labs.find(name), script, "en", folder.facts(), folder.selection());
        Answers begun = Answers.read(name, Files.readString(folder.file(RunFolder.ANSWERS)), marker.questions(), "en");
        int wrong = 0;
        for (Marker.Verdict verdict : marker.mark(begun)) {
            if (verdict.question().kind() == Question.Kind.DEED) {
                Line line = solver(name, verdict.question().id()).filled(script.variables());
                line.word("lab");
                line.word("question");
                assertEquals(solve(line, rows).equals("yes"), verdict.result() == Marker.Result.RIGHT, name + " with seed " + seed + ": " + verdict);
            }
            wrong += verdict.result() == Marker.Result.RIGHT ? 0 : 1;
        }
        assertTrue(wrong >= 4, name + " with seed " + seed);
    }

    private Line solver(String name, String question) throws LabSyntaxException {
        for (Line line : solvers) {
            if (line.again().word("lab").equals(name) && line.word("question").equals(question)) {
                return line;
            }
        }
        throw new AssertionError("no solver for " + name + ": " + question);
    }

    /** Those that are asked for (-Dpacketlab.labs=craft,filter), or all. */
    private static List<String> names() {
        String some = System.getProperty("packetlab.labs", "");
        return some.isEmpty() ? Labs.names() : List.of(some.split(","));
    }

    /** Numbers of the packets that tcpdump takes, which it tells by their times. */
    private static String selectedByTcpdump(Path capture, String filter, List<Map<String, String>> rows) throws Exception {
        String out = run("tcpdump", "-nn", "-tt", "--time-stamp-precision=nano", "-r", capture.toString(), filter);
        List<String> times = out.lines().filter(line -> line.matches("[0-9]+\\.[0-9]{9} .*")).map(line -> line.split(" ")[0]).toList();
        return String.join(", ", rows.stream().filter(row -> times.contains(row.get("frame.time_epoch")))
                .map(row -> row.get("frame.number")).toList());
    }

    /** {@code field=value .. take field [plus N]}: what is taken of the rows that meet all. */
    private static String solve(Line line, List<Map<String, String>> rows) throws LabSyntaxException {
        List<Map<String, String>> left = new ArrayList<>(rows);
        String word = line.word("a condition");
        while (word.contains("=") || word.contains(">") || WebColumns.NARROWING.contains(word)) {
            if (WebColumns.NARROWING.contains(word)) {
                left = WebColumns.narrowed(word, line, left, rows);
                word = line.word("a condition, or what to take");
                continue;
            }
            if (word.contains(">")) {
                String[] parts = word.split(">");
                left.removeIf(row -> row.getOrDefault(parts[0], "").isEmpty() || Double.parseDouble(row.get(parts[0])) <= Double.parseDouble(parts[1]));
                word = line.word("a condition, or what to take");
                continue;
            }
            boolean not = word.contains("!=");
            String[] parts = word.split("!?=", -1);
            left.removeIf(row -> List.of(parts[1].split(",", -1)).contains(row.get(parts[0])) == not);
            word = line.word("a condition, or what to take");
        }
        if (word.equals("count")) {
            return Integer.toString(left.size());
        }
        if (word.equals("tell")) {
            return left.isEmpty() ? "" : line.word("what");
        }
        if (word.equals("any")) {
            return left.isEmpty() ? "no" : "yes";
        }
        if (word.equals("none")) {
            return left.isEmpty() ? "yes" : "no";
        }
        if (word.equals("frames")) {
            return String.join(", ", left.stream().map(row -> row.get("frame.number")).toList());
        }
        if (word.equals("between")) {       // milliseconds from the first to the second
            return Long.toString((long) (1_000 * (Double.parseDouble(left.get(1).get("frame.time_relative"))
                    - Double.parseDouble(left.get(0).get("frame.time_relative")))));
        }
        if (word.equals("median")) {
            String of = line.word("a field");
            double[] values = left.stream().map(row -> row.getOrDefault(of, "")).filter(value -> !value.isEmpty())
                    .mapToDouble(Double::parseDouble).toArray();
            java.util.Arrays.sort(values);
            return Long.toString((long) values[(values.length - 1) / 2]);
        }
        if (word.equals("say")) {
            String[] both = line.word("for each").split(",");
            String value = left.isEmpty() ? "" : left.get(0).get(line.word("a field"));
            return value.equals("True") || value.equals("1") ? both[0] : both[1];
        }
        if (word.equals("pieces")) {
            String of = line.word("a field");
            return Integer.toString(left.stream().mapToInt(row -> row.get(of).split(",").length).sum());
        }
        if (word.equals("distinct")) {
            String of = line.word("a field");
            return Long.toString(left.stream().map(row -> row.get(of)).distinct().count());
        }
        if (word.equals("gap")) {       // which of a row of numbers that grow by one is missing
            String of = line.word("a field");
            int at = 1;
            while (at < left.size() && Long.parseLong(left.get(at).get(of)) == Long.parseLong(left.get(at - 1).get(of)) + 1) {
                at++;
            }
            return Integer.toString(at + 1);
        }
        int nth = word.equals("nth") ? (int) line.number("which", 1, 1_000) : 0;
        String field = line.word("a field");
        left.removeIf(row -> row.getOrDefault(field, "").isEmpty());
        if (word.equals("list")) {
            return String.join(", ", new TreeSet<>(left.stream().map(row -> row.get(field)).toList()));
        }
        String value = word.equals("sum") ? Long.toString(left.stream().mapToLong(row -> Long.parseLong(row.get(field))).sum())
                : left.isEmpty() ? "" : left.get(word.equals("first") ? 0 : word.equals("last") ? left.size() - 1 : nth - 1).get(field);
        if (line.takes("match")) {
            value = WebColumns.match(value, line.word("a pattern with one group"));
        }
        if (line.takes("characters")) {
            value = Integer.toString(value.length());
        }
        if (line.takes("plus")) {
            value = Long.toString(Long.parseLong(value) + line.number("how many", -1L << 40, 1L << 40));
        }
        if (line.takes("over")) {
            value = Long.toString(Long.parseLong(value) / line.number("a divisor", 1, 1L << 30));
        }
        if (line.takes("then-plus")) {
            value = Long.toString(Long.parseLong(value) + line.number("how many", -1L << 40, 1L << 40));
        }
        return value;
    }

    private static List<Map<String, String>> rows(Path capture) throws Exception {
        // Some of the ports that a server has here are another protocol's to tshark, which then finds no HTTP there.
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-d", "tcp.port==20000-29999,http",
                "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "occurrence=f"));
        for (String field : FIELDS) {
            command.addAll(List.of("-e", field));
        }
        List<Map<String, String>> rows = new ArrayList<>();
        Map<String, Double> sent = new LinkedHashMap<>();
        for (String text : run(command.toArray(String[]::new)).split("\n")) {
            String[] values = text.split("\t", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < FIELDS.length && i < values.length; i++) {
                row.put(FIELDS[i], values[i]);
            }
            // Of a length of more than 125 octets the seven bits are only a mark.
            String extended = row.getOrDefault("websocket.payload_length_ext_16", "");
            row.put("length", extended.isEmpty() ? row.get("websocket.payload_length") : extended);
            row.computeIfPresent("websocket.payload.ping", (field, hex) -> new String(java.util.HexFormat.of()
                    .parseHex(hex.replace(":", "")), StandardCharsets.UTF_8));
            row.put("from-server", row.get("ip.src").equals("10.77.0.2") ? "1" : "0");
            // Not data.len, which is there only where tshark takes the port for no protocol's.
            row.put("udp.octets", row.get("udp.length").isEmpty() ? "" : Long.toString(Long.parseLong(row.get("udp.length")) - 8));
            echo(row, sent);
            rows.add(row);
        }
        WebColumns.add(rows);
        return rows;
    }

    /** What it carries, its first character, and how many milliseconds after the same went the other way. */
    private static void echo(Map<String, String> row, Map<String, Double> sent) {
        String payload = row.get("udp.payload") + row.get("tcp.payload");
        if (!payload.isEmpty() && row.getOrDefault("icmp.type", "").isEmpty()) {
            String protocol = row.get("tcp.payload").isEmpty() ? "udp" : "tcp";
            byte[] octets = java.util.HexFormat.of().parseHex(payload.replace(":", ""));
            row.put("message", String.valueOf((char) (octets[0] & 0xFF)));
            double time = Double.parseDouble(row.get("frame.time_relative"));
            Double before = sent.get((row.get("from-server").equals("1") ? "0" : "1") + protocol + payload);
            if (before != null) {
                row.put("echo", Double.toString(1_000 * (time - before)));
            }
            sent.putIfAbsent(row.get("from-server") + protocol + payload, time);
        }
    }

    private static String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", "/nonexistent");
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return out;
        } catch (java.io.IOException e) {
            return "";
        }
    }
}

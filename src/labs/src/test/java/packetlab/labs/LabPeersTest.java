package packetlab.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
        "http.content_length", "http.file_data", "tcp.payload", "websocket.pmc", "websocket.reassembled.length"};
    @TempDir
    private Path dir;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void whatTsharkReadsGetsFullMarks() throws Exception {
        Assumptions.assumeTrue(run("tshark", "--version").startsWith("TShark"), "tshark is not installed");
        List<Long> seeds = LongStream.rangeClosed(1, Integer.getInteger("packetlab.labs.seeds", 4)).boxed().toList();
        List<Line> solvers;
        try (InputStream in = LabPeersTest.class.getResourceAsStream("/solvers.txt")) {
            solvers = Line.all("solvers.txt", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        String chosen = System.getProperty("packetlab.labs");
        List<String> names = chosen == null ? Labs.names() : List.of(chosen.split(","));
        List<String> all = new ArrayList<>();
        names.forEach(name -> seeds.forEach(seed -> all.add(name + ":" + seed + ":0")));
        Played.play(dir, all);
        for (String name : names) {
            Lab lab = Labs.find(name);
            for (long seed : seeds) {
                Script script = lab.script(seed);
                Path folder = Played.folder(dir, name, seed, 0);
                List<Map<String, String>> rows = rows(folder.resolve(RunFolder.CAPTURE));
                Map<String, String> answers = new LinkedHashMap<>();
                for (Line solver : solvers) {
                    String of = solver.again().word("lab");
                    if (of.equals(name) || of.equals(name + "@" + script.values().get("rule"))) {
                        Line line = solver.filled(script.variables());
                        line.word("lab");
                        answers.put(line.word("question"), solve(line, rows));
                    }
                }
                Marker marker = new Marker(lab, script, "en", new RunFolder(folder).facts());
                assertEquals(marker.questions().stream().map(Question::id).toList(), List.copyOf(answers.keySet()), name);
                for (Marker.Verdict verdict : marker.mark(new Answers(answers, List.of()))) {
                    assertEquals(Marker.Result.RIGHT, verdict.result(), name + " with seed " + seed + ": " + verdict);
                }
                for (Question question : marker.questions()) {
                    String wrong = LabsLiveTest.wrong(question, marker.keys().get(question.id()));
                    marker.mark(new Answers(Map.of(question.id(), wrong), List.of()))
                            .forEach(verdict -> assertNotEquals(Marker.Result.RIGHT, verdict.result(), name + ": " + verdict));
                }
            }
        }
    }

    /** {@code field=value .. take field [plus N]}: what is taken of the rows that meet all. */
    private static String solve(Line line, List<Map<String, String>> rows) throws LabSyntaxException {
        List<Map<String, String>> left = new ArrayList<>(rows);
        String word = line.word("a condition");
        while (word.contains("=") || WebColumns.NARROWING.contains(word)) {
            if (WebColumns.NARROWING.contains(word)) {
                left = WebColumns.narrowed(word, line, left, rows);
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
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-T", "fields", "-E", "occurrence=f"));
        for (String field : FIELDS) {
            command.addAll(List.of("-e", field));
        }
        List<Map<String, String>> rows = new ArrayList<>();
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
            rows.add(row);
        }
        WebColumns.add(rows);
        return rows;
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

package packetlab.labs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Finds answers that cannot be independent: one capture in two folders, and a wrong answer that is the right one of
 * somebody else's capture, where it is a number or text that does not come about by chance (from 1,000 on, or of four
 * letters), and few others have it.
 */
final class Likeness {
    private static final long CHANCE_BELOW = 1_000;
    private static final int TEXT_FROM = 4, MOST_OWNERS = 2, MOST_TWINS = 50;

    private final List<ClassGrading.Work> works;
    private final String language;

    Likeness(List<ClassGrading.Work> works, String language) {
        this.language = language;
        this.works = works;
    }

    void find(BiConsumer<ClassGrading.Work, String> found) {
        Map<String, List<ClassGrading.Work>> byCapture = new LinkedHashMap<>();
        Map<String, List<String>> owners = new HashMap<>();
        for (ClassGrading.Work work : works) {
            if (work.capture() != null) {
                byCapture.computeIfAbsent(work.capture(), c -> new ArrayList<>()).add(work);
            }
            work.keys().forEach((question, key) -> owners
                    .computeIfAbsent(work.lab() + "\n" + question + "\n" + key, k -> new ArrayList<>()).add(work.student()));
        }
        byCapture.values().stream().filter(same -> same.size() > 1).forEach(same -> {
            for (ClassGrading.Work work : same.subList(0, Math.min(same.size(), MOST_TWINS))) {
                List<String> others = same.stream().map(ClassGrading.Work::student).filter(s -> !s.equals(work.student()))
                        .limit(5).toList();
                found.accept(work, Phrase.SAME_CAPTURE.in(language, String.join(", ", others)));
            }
        });
        for (ClassGrading.Work work : works) {
            Map<String, List<String>> from = new LinkedHashMap<>();
            for (Marker.Verdict verdict : work.verdicts()) {
                if (verdict.result() == Marker.Result.WRONG) {
                    String given = Marker.normal(verdict.question(), verdict.given());
                    List<String> whose = owners.getOrDefault(work.lab() + "\n" + verdict.question().id() + "\n" + given, List.of());
                    if (isRare(given) && !whose.isEmpty() && whose.size() <= MOST_OWNERS) {
                        whose.forEach(other -> from.computeIfAbsent(other, o -> new ArrayList<>()).add(verdict.question().id()));
                    }
                }
            }
            from.forEach((other, questions) -> found.accept(work, Phrase.NOT_INDEPENDENT.in(language,
                    String.join(", ", questions), other)));
        }
    }

    private static boolean isRare(String given) {
        if (given.matches("-?[0-9]{1,18}")) {
            return Math.abs(Long.parseLong(given)) >= CHANCE_BELOW;
        }
        return given.length() >= TEXT_FROM;
    }
}

package packetlab.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import packetlab.rules.Impairments;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a delay such as {@code 5ms}, {@code 250us}, {@code 1.5s}. Gives nanoseconds. */
final class Delays implements ITypeConverter<Long> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s)");
    private static final Map<String, Double> UNITS = Map.of("us", 1e3, "ms", 1e6, "s", 1e9);

    @Override
    public Long convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new TypeConversionException("'" + text + "' is no time such as 5ms, 250us or 1.5s");
        }
        double ns = Double.parseDouble(time.group(1)) * UNITS.get(time.group(2));
        if (ns > Impairments.MAX_DELAY_NS) {
            throw new TypeConversionException("a delay is at most 60s, not " + text);
        }
        return Math.round(ns);
    }
}

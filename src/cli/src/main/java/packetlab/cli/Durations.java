package packetlab.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time such as {@code 500ms}, {@code 1.5s}, {@code 2m}; a bare number is seconds. Gives nanoseconds. */
final class Durations implements ITypeConverter<Long> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)?");
    private static final Map<String, Double> UNITS = Map.of("ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);

    @Override
    public Long convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new TypeConversionException("'" + text + "' is no time such as 500ms, 10s, 2m or 1h");
        }
        String unit = time.group(2) == null ? "s" : time.group(2);
        long ns = Math.round(Double.parseDouble(time.group(1)) * UNITS.get(unit));
        if (ns == 0) {
            throw new TypeConversionException("a time of 0 would stop before it begins");
        }
        return ns;
    }
}

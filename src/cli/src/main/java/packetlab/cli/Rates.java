package packetlab.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a rate such as {@code 10mbit}, {@code 64kbit}, {@code 1gbit}, of 1000 each. Gives bits a second. */
final class Rates implements ITypeConverter<Long> {
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(k|m|g)?bit(?:/s)?");
    private static final Map<String, Double> UNITS = Map.of("k", 1e3, "m", 1e6, "g", 1e9);
    /** Less would be no packet in a minute, more is nothing that a wire of ours could hold back. */
    private static final long LEAST = 1_000, MOST = 100_000_000_000L;

    @Override
    public Long convert(String text) {
        Matcher rate = RATE.matcher(text.toLowerCase(Locale.ROOT));
        double bits = rate.matches()
                ? Double.parseDouble(rate.group(1)) * (rate.group(2) == null ? 1 : UNITS.get(rate.group(2))) : 0;
        if (bits < LEAST || bits > MOST) {
            throw new TypeConversionException("'" + text + "' is no rate from 1kbit to 100gbit, such as 10mbit");
        }
        return Math.round(bits);
    }
}

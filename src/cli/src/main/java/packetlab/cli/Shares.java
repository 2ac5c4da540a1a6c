package packetlab.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a share such as {@code 2%} or {@code 0.1%}. Gives a number from 0 to 1. */
final class Shares implements ITypeConverter<Double> {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)%?");

    @Override
    public Double convert(String text) {
        Matcher percent = PERCENT.matcher(text);
        double share = percent.matches() ? Double.parseDouble(percent.group(1)) / 100 : -1;
        if (share < 0 || share > 1) {
            throw new TypeConversionException("'" + text + "' is no share from 0% to 100%, such as 2%");
        }
        return share;
    }
}

package packetlab.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.flow.StreamHandler;

/** Takes what a connection delivers, and holds it to the contract of the handler. Sides are numbered by ordinal. */
final class Deliveries implements StreamHandler {
    /** Octets delivered, {@code at} their place: how many were delivered or missing before them. */
    private record Run(long at, byte[] octets) {}

    private final List<List<Run>> runs = List.of(new ArrayList<>(), new ArrayList<>());
    private final long[] position = new long[2];
    private final long[] lost = new long[2];
    private final boolean[] ended = new boolean[2];
    private boolean closed;

    @Override
    public void onData(Side from, byte[] array, int offset, int length) {
        int side = from.ordinal();
        Check.that(!closed && !ended[side] && length > 0, "data of " + length + " octets");
        byte[] octets = Arrays.copyOfRange(array, offset, offset + length);
        runs.get(side).add(new Run(position[side], octets));
        position[side] += length;
    }

    @Override
    public void onGap(Side from, long length, GapCause cause) {
        int side = from.ordinal();
        Check.that(!closed && !ended[side] && length > 0, "gap of " + length + " octets");
        position[side] += length;
        lost[side] += length;
    }

    @Override
    public void onFin(Side from) {
        Check.that(!closed && !ended[from.ordinal()], "a second FIN");
        ended[from.ordinal()] = true;
    }

    @Override
    public void onClose(TcpEvent.How how) {
        Check.that(!closed, "closed again");
        closed = true;
    }

    long position(int side) {
        return position[side];
    }

    long lost(int side) {
        return lost[side];
    }

    boolean ended(int side) {
        return ended[side];
    }

    boolean closed() {
        return closed;
    }

    byte[] octets(int side) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        runs.get(side).forEach(run -> all.writeBytes(run.octets()));
        return all.toByteArray();
    }

    /** Whether each octet delivered is the one of its place. */
    boolean follows(int side, LongFunction<Byte> octet) {
        for (Run run : runs.get(side)) {
            for (int i = 0; i < run.octets().length; i++) {
                if (octet.apply(run.at() + i) != run.octets()[i]) {
                    return false;
                }
            }
        }
        return true;
    }
}

package packetlab.labs;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.flow.FlowLimits;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.os.MissingLibraryException;
import packetlab.os.PacketFilter;
import packetlab.os.UsageException;
import packetlab.pcap.CaptureReader;
import packetlab.report.EventFilter;
import packetlab.report.TextReport;
import packetlab.wire.Dissector;
import packetlab.wire.PacketHandler;
import packetlab.wire.PacketSource;

/** What capture filters select of a capture. Loads native code, which needs libpcap, with the first filter. */
final class Selection {
    /** A filter does not compile, or cannot be compiled here; the message is one line. */
    static final class CannotException extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean isFault;

        CannotException(String message, boolean isFault) {
            super(message);
            this.isFault = isFault;
        }

        /** Whether the filter is to blame, not this machine. */
        boolean isFault() {
            return isFault;
        }
    }

    private static final int COLUMNS = 100, MOST_SHOWN = 40, MOST_NAMED = 12;

    private final Path capture;
    private final Map<String, List<Long>> known = new HashMap<>();
    private long packets;

    Selection(Path capture) {
        this.capture = capture;
    }

    /** Of the capture; known once it was asked for the first filter's. */
    long packets() {
        return packets;
    }

    /** Numbers of the packets that it selects. */
    List<Long> frames(String filter) throws IOException, CannotException {
        List<Long> before = known.get(filter);
        if (before != null) {
            return before;
        }
        PacketFilter compiled;
        try {
            compiled = PacketFilter.compile(filter);
        } catch (UsageException e) {
            throw new CannotException(e.getMessage(), true);
        } catch (MissingLibraryException e) {
            throw new CannotException(e.getMessage(), false);
        }
        List<Long> frames = new ArrayList<>();
        long[] at = {0};
        read((b, offset, captured, wire, ns, link, flags) -> {
            at[0]++;
            if (compiled.selects(b, offset, captured, wire)) {
                frames.add(at[0]);
            }
        });
        packets = at[0];
        known.put(filter, frames);
        return frames;
    }

    private void read(PacketHandler handler) throws IOException {
        try (CaptureReader source = CaptureReader.open(capture, null)) {
            long[] count = {0};
            while (count[0] < FactReader.MAX_ROWS && source.poll((b, at, captured, wire, ns, link, flags) -> {
                count[0]++;
                handler.onPacket(b, at, captured, wire, ns, link, flags);
            }) != PacketSource.END) {
                // the handler takes them
            }
        }
    }

    /** Prints the packets of those numbers, one line each. */
    void show(List<Long> frames, OutputStream screen, boolean unicode) throws IOException {
        Set<Long> wanted = new HashSet<>(frames.subList(0, Math.min(frames.size(), MOST_SHOWN)));
        try (TextReport report = report(screen, unicode)) {
            EventListener some = new EventListener() {
                @Override
                public boolean wants(EventType type) {
                    return switch (type) {
                        case TCP_SEGMENT, UDP_DATAGRAM, ICMP_MESSAGE, OTHER -> true;
                        default -> false;
                    };
                }

                @Override
                public void onEvent(Event event) {
                    if (wanted.contains(event.frame())) {
                        report.onEvent(event);
                    }
                }

                @Override
                public Segments segments() {
                    return Segments.ALL;
                }
            };
            try (MessageDecoder messages = new MessageDecoder(some, MessageLimits.DEFAULT)) {
                Decoder decoder = new Decoder(some, messages, FlowLimits.DEFAULT, false);
                boolean[] first = {true};
                read((b, at, captured, wire, ns, link, flags) -> {
                    if (first[0]) {
                        report.firstPacketAt(ns);
                        first[0] = false;
                    }
                    decoder.onPacket(b, at, captured, wire, ns, link, flags);
                });
                decoder.finish();
            }
            report.flush();
        }
        if (frames.size() > MOST_SHOWN) {
            screen.write(("  ... " + (frames.size() - MOST_SHOWN) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    /** A report that shows each packet, and leaves the screen open. */
    static TextReport report(OutputStream screen, boolean unicode) {
        return new TextReport(new FilterOutputStream(new BufferedOutputStream(screen)) {
            @Override
            public void write(byte[] octets, int at, int length) throws IOException {
                out.write(octets, at, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        }, new TextReport.Options(COLUMNS, false, unicode, true, EventFilter.ALL));
    }

    /** A packet on one line, without a number. */
    static String line(ByteBuffer buffer, int offset, int captured, int wire, int link, boolean unicode) {
        Dissector d = new Dissector();
        Dissector.Result result = d.dissect(buffer, offset, captured, wire, link);
        String arrow = unicode ? " → " : " -> ";
        return switch (result) {
            case TCP -> "TCP " + d.source() + ":" + d.tcp().sourcePort() + arrow + d.destination() + ":" + d.tcp().destinationPort()
                    + " " + FactReader.flags(d.tcp().flags());
            case UDP -> "UDP " + d.source() + ":" + d.udp().sourcePort() + arrow + d.destination() + ":" + d.udp().destinationPort();
            default -> d.protocol() + " " + d.source() + arrow + d.destination();
        };
    }

    /** Numbers with commas, of many the first. */
    static String words(List<Long> frames, String language) {
        String some = String.join(", ", frames.stream().limit(MOST_NAMED).map(String::valueOf).toList());
        return frames.size() <= MOST_NAMED ? some : Phrase.AND_MORE.in(language, some, frames.size() - MOST_NAMED);
    }
}

package packetlab.report;

import packetlab.event.CallEvent;
import packetlab.event.CaptureEvent;
import packetlab.event.Checksum;
import packetlab.event.Event;
import packetlab.event.LatencyEvent;
import packetlab.event.NoteEvent;
import packetlab.event.PacketEvent;
import packetlab.event.WireEvent;
import packetlab.report.Ladder.Tone;

/** Lines about the capture itself, packets outside TCP, and socket calls. */
final class OtherLines {
    private final Ladder ladder;
    private final Glyphs glyphs;

    OtherLines(Ladder ladder, Glyphs glyphs) {
        this.ladder = ladder;
        this.glyphs = glyphs;
    }

    void print(Event event) {
        if (event instanceof CaptureEvent.Start e) {
            title(e);
            return;
        }
        ladder.begin(event.timeNs(), event.frame(), EventFilter.streamOf(event));
        if (event instanceof CaptureEvent e) {
            capture(e);
        } else if (event instanceof PacketEvent e) {
            packet(e);
        } else if (event instanceof CallEvent e) {
            call(e);
        } else if (event instanceof NoteEvent e) {
            ladder.remark().text(e.text());
            ladder.remark(Tone.NOTE, '=');
        } else if (event instanceof LatencyEvent.Result e) {
            latency(e);
        } else if (event instanceof WireEvent e) {
            WireLines.remark(ladder.remark(), e);
            ladder.remark(WireLines.isFault(e) ? Tone.WARNING : Tone.NOTE, WireLines.isFault(e) ? '!' : '=');
        }
    }

    private void title(CaptureEvent.Start e) {
        Cell title = ladder.title().add("packetlab");
        // A demo names several things here; the dots between them are ours.
        for (String part : e.source().split(" · ")) {
            title.part().text(part);
        }
        for (String known : new String[] {e.link(), backend(e), e.filter()}) {
            if (known != null) {
                title.part().text(known);
            }
        }
        ladder.printTitle();
    }

    /** Such as {@code ring 32 MB}. */
    static String backend(CaptureEvent.Start e) {
        if (e.backend() == null || e.bufferBytes() == Event.UNKNOWN) {
            return e.backend();
        }
        boolean small = e.bufferBytes() < 1 << 20;
        return e.backend() + " " + (e.bufferBytes() >> (small ? 10 : 20)) + (small ? " KB" : " MB");
    }

    private void capture(CaptureEvent event) {
        if (event instanceof CaptureEvent.Dropped e) {
            ladder.remark().add("the kernel dropped ").count(e.count(), "packet").add(" here");
            ladder.remark(Tone.WARNING, '!');
        } else if (event instanceof CaptureEvent.Limit e) {
            Cell remark = ladder.remark().add("limit ").text(e.name()).add(" of ").number(e.value()).add(" reached");
            if (e.from() != null) {
                remark.add(" by the ").add(e.from().wireName());
            }
            if (e.count() > 1) {
                remark.add(", now for the ").number(e.count()).add(ordinal(e.count())).add(" time");
            }
            ladder.remark(Tone.WARNING, '!');
        } else if (event instanceof CaptureEvent.Gap e) {
            ladder.remark().count(e.bytes(), "byte").add(" from the ").add(e.from().wireName())
                    .add(e.bytes() == 1 ? " was" : " were").add(" never captured, ").add(e.acked() ? "though the " : "nor did the ")
                    .add(e.from().other().wireName()).add(e.acked() ? " has them" : " acknowledge them");
            ladder.remark(Tone.WARNING, '!');
        } else if (event instanceof CaptureEvent.Interface e) {
            described(ladder.title(), e);
            ladder.printTitle();
        } else if (event instanceof CaptureEvent.Comment e) {
            ladder.remark().text(e.text());
            ladder.remark(Tone.NOTE, '#');
        } else if (event instanceof CaptureEvent.Oddity e) {
            ladder.remark().add("packet ").plain(e.frame()).add(" ").text(e.text());
            ladder.remark(Tone.WARNING, '!');
        }
    }

    private static void described(Cell words, CaptureEvent.Interface e) {
        words.add("interface ").plain(e.number());
        if (e.section() > 0) {
            words.add(" of section ").plain(e.section());
        }
        if (e.name() != null) {
            words.part().text(e.name());
        }
        words.part().text(e.link());
        if (e.snaplen() != Event.UNKNOWN) {
            words.part().add("snaplen ").number(e.snaplen());
        }
        if (e.filter() != null) {
            words.part().text(e.filter());
        }
        if (e.description() != null) {
            words.part().text(e.description());
        }
    }

    private static String ordinal(long number) {
        long ten = number % 100;
        return ten >= 11 && ten <= 13 ? "th" : switch ((int) (number % 10)) {
            case 1 -> "st";
            case 2 -> "nd";
            case 3 -> "rd";
            default -> "th";
        };
    }

    private void packet(PacketEvent event) {
        Cell words = ladder.words();
        if (event instanceof PacketEvent.Datagram e) {
            words.add("UDP ").text(e.source().toString()).add(" ").add(glyphs.toServer).add(" ")
                    .text(e.destination().toString()).part().count(e.length(), "byte");
            if (e.checksum() == Checksum.BAD) {
                words.part().add("bad checksum");
            }
        } else if (event instanceof PacketEvent.Icmp e) {
            words.add(e.version() == 6 ? "ICMPv6 " : "ICMP ").text(e.source()).add(" ").add(glyphs.toServer).add(" ")
                    .text(e.destination()).part().text(e.name());
            if (e.stream() != Event.UNKNOWN) {
                words.part().add("about stream ").plain(e.stream());
            }
        } else if (event instanceof PacketEvent.Other e) {
            words.text(e.protocol());
            if (e.source() != null && e.destination() != null) {
                words.add(" ").text(e.source()).add(" ").add(glyphs.toServer).add(" ").text(e.destination());
            }
            words.part().count(e.length(), "byte");
            if (e.fault() != null) {
                words.part().text(e.fault());
            }
        } else if (event instanceof PacketEvent.Origin e) {
            words.add("captured");
            if (e.direction() != null) {
                words.part().add(e.direction());
            }
            if (e.processId() != Event.UNKNOWN) {
                words.part().add("process ").plain(e.processId()).add(", thread ").plain(e.threadId());
            }
        }
        boolean quiet = event instanceof PacketEvent.Other || event instanceof PacketEvent.Origin;
        ladder.level(quiet ? Tone.QUIET : Tone.PLAIN);
    }

    private void call(CallEvent e) {
        if (e.timeNs() != Event.NO_TIME && e.endTimeNs() != Event.NO_TIME) {
            ladder.margin().duration(e.endTimeNs() - e.timeNs());
        }
        Cell words = ladder.words();
        if (e.from() != null) {
            words.add(e.from().wireName()).add(" ");
        }
        // The result is what a line must not lack, however long the arguments are.
        String result = ") = " + (!e.returned() ? "?" : e.errno() == null ? Long.toString(e.result()) : e.errno());
        words.text(e.call()).add("(").text(e.args() == null ? "" : e.args(), result.length()).text(result);
        ladder.level(Tone.PLAIN);
    }

    private void latency(LatencyEvent.Result e) {
        Cell words = ladder.words().text(e.transport()).add(" ").text(e.mode()).part().count(e.size(), "byte").part()
                .count(e.count(), "sample");
        percentile(words, "p50", e.p50Ns());
        percentile(words, "p99", e.p99Ns());
        percentile(words, "max", e.maxNs());
        ladder.level(Tone.PLAIN);
    }

    private static void percentile(Cell words, String name, long ns) {
        if (ns != Event.UNKNOWN) {
            words.part().add(name).add(" ").duration(ns);
        }
    }
}

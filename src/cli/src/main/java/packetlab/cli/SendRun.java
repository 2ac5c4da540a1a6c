package packetlab.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import packetlab.event.CaptureEvent;
import packetlab.event.Event;
import packetlab.os.Cable;
import packetlab.os.CaptureRight;
import packetlab.os.ChildCommand;
import packetlab.os.HandConnection;
import packetlab.os.Interfaces;
import packetlab.os.NamespaceKeeper;
import packetlab.os.PacketCraft;
import packetlab.os.PermissionException;
import packetlab.os.PrivateNamespace;
import packetlab.os.RawSender;
import packetlab.os.Routes;
import packetlab.os.SocketAddress;
import packetlab.os.WallClock;
import packetlab.report.EventFilter;
import packetlab.wire.LinkType;
import packetlab.wire.PacketSource;

/** Sends what was asked for, at a place where that harms nobody, and shows what comes of it. Loads native code. */
final class SendRun {
    /** What is to be sent; see the options of the command. */
    record Job(String what, Path capture, String hex, CraftOptions craft, Long expectNs, int count, long intervalNs,
               Replay.Pace pace, List<Replay.Mapping> mappings, String device, String allowed, boolean isPrivate,
               List<String> command) {}

    private static final String LOOPBACK = "lo";
    private static final long LISTENING_NS = 5_000_000_000L;
    private static final int IPV4 = 0x0800, IPV6 = 0x86DD;

    private final Main main;
    private final CommonOptions common;
    private final Job job;

    SendRun(Main main, CommonOptions common, Job job) {
        this.main = main;
        this.common = common;
        this.job = job;
    }

    /** Whether a command behind {@code --} was given. */
    static boolean separated(List<String> arguments) {
        return arguments.contains("--");
    }

    int run() throws IOException {
        // Everything that can be wrong with the words is said before anything is done.
        boolean crafted = job.capture == null && job.hex == null;
        PacketCraft craft = crafted ? job.craft.craft(!job.what.equals("icmp") && !job.what.equals("arp")) : null;
        ByteBuffer ready = null;
        try {
            ready = job.hex != null ? octets(job.hex) : crafted && !isConnection() && !isArp() ? make(craft) : null;
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
        try {
            settle();
        } catch (IOException e) {
            throw LiveCapture.failure(e);
        }
        try (NamespaceKeeper keeper = job.command.isEmpty() ? null : NamespaceKeeper.start();
             ChildCommand beside = keeper == null ? null : beside(keeper);
             RawSender sender = new RawSender(job.device)) {
            if (beside != null) {
                awaitListener(craft, beside);
            }
            main.lifetime().graceful();
            if (job.capture != null) {
                return replay(sender);
            }
            boolean routed = craft != null && route(craft);
            try {
                return isConnection() ? connection(sender, craft) : packets(sender, craft, ready);
            } finally {
                if (routed) {
                    Routes.deleteHost((SocketAddress.Ipv4) craft.source, LOOPBACK);
                }
            }
        } catch (ChildCommand.NotStartedException e) {
            throw Failure.failed(e.getMessage(), e);
        } catch (IOException e) {
            if (Messages.find(e, StandardOutput.ReaderGone.class) != null) {
                throw e;
            }
            throw LiveCapture.failure(e);
        }
    }

    private boolean isConnection() {
        return job.what.equals("connection");
    }

    private boolean isArp() {
        return job.what.equals("arp");
    }

    private ByteBuffer octets(String hex) {
        byte[] octets = job.craft.hex(hex);
        int version = octets.length == 0 ? 0 : octets[0] >>> 4 & 15;
        if (job.device.equals(LOOPBACK) && (version == 4 && octets.length < 20 || version == 6 && octets.length < 40
                || version != 4 && version != 6)) {
            throw new IllegalArgumentException("these octets are no IP packet; a whole frame goes through -i INTERFACE");
        }
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    private ByteBuffer make(PacketCraft craft) {
        return craft.make(PacketCraft.Transport.valueOf(job.what.toUpperCase(Locale.ROOT)));
    }

    /** Finds the place: here where this user may send raw packets, or a private namespace. */
    private void settle() throws IOException {
        if (job.isPrivate || PrivateNamespace.inside() || job.device.equals(Cable.OURS)) {
            PrivatePlace.enter(main, "sending raw packets needs a network of its own");
            Cable.lay();
            return;
        }
        if (!job.device.equals(LOOPBACK) && !job.device.equals(job.allowed)) {
            throw Failure.usage("packets go to lo and to private namespaces only",
                    "if you mean it:   --allow-interface " + job.device, "or without harm:  --private");
        }
        try {
            CaptureRight.require(job.device);
        } catch (PermissionException e) {
            throw Failure.notPermitted("may not send raw packets through " + job.device + ": CAP_NET_RAW is missing",
                    List.of("without it:   --private, or a command behind --   (a private namespace)"), e);
        }
    }

    /** Whether the answers had to be given a way back here; fails where the destination lies elsewhere. */
    private boolean route(PacketCraft craft) throws IOException {
        if (!job.device.equals(LOOPBACK) || !(craft.destination instanceof SocketAddress.Ipv4 to)) {
            return false;
        }
        String through;
        try {
            through = Routes.interfaceTo(to);
        } catch (IOException e) {
            throw Failure.failed("no interface routes to " + to.host(), e);
        }
        if (!through.equals(LOOPBACK)) {
            throw Failure.usage(to.host() + " is reached through " + through + ", and packets go to lo and to private "
                    + "namespaces only", "if you mean it:   -i " + through + " --allow-interface " + through);
        }
        if (!(craft.source instanceof SocketAddress.Ipv4 from) || job.expectNs == null && !isConnection()) {
            return false;
        }
        String back;
        try {
            back = Routes.interfaceTo(from);
        } catch (IOException e) {
            back = null;
        }
        if (LOOPBACK.equals(back)) {
            return false;
        }
        try {
            Routes.addHost(from, LOOPBACK);
            return true;
        } catch (IOException e) {
            throw Failure.failed("answers to " + from.host() + " find no way back: " + e.getMessage(), e);
        }
    }

    private ChildCommand beside(NamespaceKeeper keeper) throws IOException {
        ChildCommand beside = ChildCommand.start(ChildCommand.find(job.command.get(0)), job.command, Map.of(), true);
        beside.except(pid -> pid == keeper.pid());
        return beside;
    }

    /** Where a command runs beside, it is to listen before it is spoken to; a command that never does is not waited for long. */
    private void awaitListener(PacketCraft craft, ChildCommand beside) throws IOException {
        if (craft == null || !(craft.destination instanceof SocketAddress.Ipv4 to) || to.port() == 0) {
            return;
        }
        long until = System.nanoTime() + LISTENING_NS;
        while (System.nanoTime() < until && beside.running() && !Listeners.isListening(to.port())) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private int connection(RawSender sender, PacketCraft craft) throws IOException {
        HandConnection connection = new HandConnection(sender, craft, craft.payload);
        show(connection);
        if (connection.failure() != null) {
            throw Failure.failed("the connection to " + craft.destination + " failed: " + connection.failure(), null);
        }
        return ExitStatus.DONE;
    }

    private int packets(RawSender sender, PacketCraft craft, ByteBuffer ready) throws IOException {
        ByteBuffer packet = isArp() ? arp(sender, craft) : framed(sender, ready);
        boolean whole = isArp() || !job.device.equals(LOOPBACK);
        Exchange exchange = new Exchange(sender, packet, whole, job, main.lifetime());
        if (job.expectNs != null) {
            show(exchange);
            if (exchange.answers() == 0 && !main.lifetime().ending()) {
                throw Failure.failed("no answer came within " + job.expectNs / 1_000_000 + " ms", null);
            }
        } else {
            while (exchange.poll((b, at, captured, wire, ns, link, flags) -> { }) != PacketSource.END) {
                main.lifetime().progressed();
            }
            tell(exchange.sent(), exchange.octets(), "");
        }
        return ExitStatus.DONE;
    }

    private static ByteBuffer arp(RawSender sender, PacketCraft craft) throws IOException {
        return craft.makeArp(false, Interfaces.hardwareAddress(sender.device()), 0);
    }

    /** On an interface with hardware addresses a packet needs a header; what is no IP packet has one already. */
    private ByteBuffer framed(RawSender sender, ByteBuffer packet) throws IOException {
        int version = packet.remaining() < 20 ? 0 : packet.get(0) >>> 4 & 15;
        if (job.device.equals(LOOPBACK) || version != 4 && version != 6) {
            return packet;
        }
        long to = job.device.equals(Cable.OURS) ? Interfaces.hardwareAddress(Cable.KERNELS) : 0xFFFF_FFFF_FFFFL;
        return PacketCraft.frame(Interfaces.hardwareAddress(sender.device()), to, version == 4 ? IPV4 : IPV6, packet);
    }

    private int replay(RawSender sender) throws IOException {
        Replay replay = new Replay(sender, job.pace, job.mappings, main.lifetime());
        IOException damage = null;
        try {
            replay.run(job.capture);
        } catch (packetlab.pcap.CaptureFormatException e) {
            damage = e;
        }
        StringBuilder more = new StringBuilder();
        add(more, replay.cut(), "cut in the capture");
        add(more, replay.notSendable(), "of no protocol that goes there");
        add(more, replay.tooLong(), "longer than the MTU of " + sender.mtu());
        more.append(String.format(Locale.ROOT, ", in %,.3f s", replay.tookNs() / 1e9));
        if (replay.latestNs() > 0) {
            more.append(String.format(Locale.ROOT, ", at most %,d µs late", replay.latestNs() / 1_000));
        }
        tell(replay.sent(), replay.octets(), more.toString());
        if (damage != null) {
            throw Failure.failed(FileTrouble.line(job.capture.toString(), damage), damage);
        }
        if (replay.sent() == 0) {
            throw Failure.failed(job.capture + ": nothing in it could be sent through " + job.device, null);
        }
        return ExitStatus.DONE;
    }

    private static void add(StringBuilder words, long count, String what) {
        if (count > 0) {
            words.append(String.format(Locale.ROOT, ", %,d not: %s", count, what));
        }
    }

    private void tell(long packets, long octets, String more) throws IOException {
        if (common.json) {
            main.print(String.format(Locale.ROOT, "{\"event\":\"end\",\"packets\":%d,\"bytes\":%d,\"streams\":0,\"findings\":0}%n",
                    packets, octets));
            return;
        }
        String words = more.replace("µs", main.console().utf8() ? "µs" : "us");
        main.print(String.format(Locale.ROOT, "sent %,d packet%s, %,d octets, through %s%s%n", packets, packets == 1 ? "" : "s",
                octets, job.device, words));
    }

    /** Decodes and prints what passes, as watch does. */
    private void show(PacketSource source) throws IOException {
        Output output = Output.of(main.console(), common, EventFilter.ALL, true);
        Session session = new Session(output, main.lifetime(), Progress.of(main.console(), !common.quiet), new ShowOptions(),
                new DecodeOptions());
        session.begin(new CaptureEvent.Start(WallClock.nowNs(), title(), LinkType.name(LinkType.EN10MB), null, Event.UNKNOWN,
                null));
        session.run(source, Loop.Kind.LIVE);
        session.finish();
    }

    private String title() {
        return "send " + job.what + " · " + job.device
                + (PrivateNamespace.inside() ? " in a private namespace (" + PrivatePlace.way() + ")" : "");
    }
}

package packetlab.sockets;

import static packetlab.os.PollSet.POLLIN;
import static packetlab.os.Sockets.SOCK_STREAM;
import static packetlab.os.Sockets.SO_RCVTIMEO;
import static packetlab.os.Sockets.SO_SNDTIMEO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import packetlab.event.Side;
import packetlab.os.OsException;
import packetlab.os.PollSet;
import packetlab.os.SocketAddress;

/**
 * A room: what one says, all others hear. The first line that a client sends is its name; {@code nc HOST PORT} will do.
 * To look at: one thread serves everybody, because poll() says whose socket has something; TCP knows no broadcast, so
 * one line that comes in is a send() to each of the others; lines are ours to find, for a stream has none.
 */
final class Chat extends Pair {
    private static final String[] NAMES = {"Ann", "Bob", "Cho"};
    private static final int MAX_MEMBERS = 50, MAX_LINE = 500, SLOW_MEMBER_MS = 1_000;

    private static final class Member {
        private final int socket;
        private final ByteBuffer line = ByteBuffer.allocateDirect(MAX_LINE);
        private String name;

        Member(int socket) {
            this.socket = socket;
        }
    }

    Chat() {
        super("chat", Family.STREAM, Wire.TCP, "a room with several clients: what one says, all others hear");
    }

    @Override
    public int clients() {
        return NAMES.length;
    }

    @Override
    void serve(Stage stage) throws Exception {
        Calls server = stage.server();
        int listening = server.socket(stage.at().family(), SOCK_STREAM, 0);
        stage.reuse(listening);
        server.bind(listening, stage.at());
        server.listen(listening, MAX_MEMBERS);
        stage.serving(server.getsockname(listening));

        List<Member> room = new ArrayList<>();
        PollSet waiting = new PollSet();
        int accepted = 0;
        while (stage.expects(accepted) || !room.isEmpty()) {
            boolean takesMore = stage.expects(accepted) && room.size() < MAX_MEMBERS;
            waiting.clear();
            waiting.add(takesMore ? listening : -1, POLLIN);            // poll() passes over a negative one
            room.forEach(member -> waiting.add(member.socket, POLLIN));
            server.poll(waiting, stage.patienceMs() == 0 ? -1 : stage.patienceMs());

            List<Member> polled = List.copyOf(room);
            for (int i = 0; i < polled.size(); i++) {
                if (waiting.ready(i + 1) != 0 && room.contains(polled.get(i))) {
                    hear(stage, room, polled.get(i));
                }
            }
            if (waiting.ready(0) != 0) {
                Member member = new Member(server.accept(listening));
                accepted++;
                server.setTimeout(member.socket, SO_SNDTIMEO, SLOW_MEMBER_MS);  // nobody may hold up the others
                room.add(member);
                tell(stage, room, member, "your name?\n");
            }
        }
        server.close(listening);
    }

    /** Takes what has come from one member, and passes on what is complete. */
    private static void hear(Stage stage, List<Member> room, Member member) throws IOException {
        int n = 0;
        try {
            n = stage.server().recv(member.socket, member.line);
        } catch (OsException e) {
            stage.explain(Side.SERVER, e);
        }
        if (n == 0) {
            leave(stage, room, member);
            return;
        }
        int end = member.line.position();
        while (end > 0 && member.line.get(end - 1) != '\n') {
            end--;
        }
        if (end == 0 && member.line.hasRemaining()) {
            return;                                                     // no line is complete yet
        }
        end = end == 0 ? member.line.position() : end;                  // or it is longer than we take
        member.line.flip();
        String whole = StandardCharsets.UTF_8.decode(member.line.duplicate().limit(end)).toString();
        member.line.position(end).compact();
        for (String line : whole.split("\r?\n")) {
            if (member.name == null) {
                member.name = line.isBlank() ? "somebody" : line.strip();
                broadcast(stage, room, member, "* " + member.name + " is here\n");
            } else {
                broadcast(stage, room, member, member.name + ": " + line + "\n");
            }
        }
    }

    private static void leave(Stage stage, List<Member> room, Member member) throws IOException {
        room.remove(member);
        stage.server().close(member.socket);
        if (member.name != null) {
            broadcast(stage, room, member, "* " + member.name + " has gone\n");
        }
    }

    private static void broadcast(Stage stage, List<Member> room, Member from, String line) throws IOException {
        for (Member member : List.copyOf(room)) {
            if (member != from && member.name != null && room.contains(member)) {
                tell(stage, room, member, line);
            }
        }
    }

    private static void tell(Stage stage, List<Member> room, Member member, String line) throws IOException {
        try {
            stage.server().sendAll(member.socket, Octets.of(line));
        } catch (OsException e) {                                       // gone, or does not read
            stage.explain(Side.SERVER, e);
            leave(stage, room, member);
        }
    }

    /** Three people in one program. Each waits until it has heard the one before. */
    @Override
    void connect(Stage stage, SocketAddress server) throws Exception {
        Calls client = stage.client();
        int[] people = new int[NAMES.length];
        for (int i = 0; i < NAMES.length; i++) {
            people[i] = client.socket(server.family(), SOCK_STREAM, 0);
            client.setTimeout(people[i], SO_RCVTIMEO, stage.patienceMs());
            client.connect(people[i], server);
            hears(client, people[i], "your name?\n");
            client.sendAll(people[i], Octets.of(NAMES[i] + "\n"));
            for (int before = 0; before < i; before++) {
                hears(client, people[before], "* " + NAMES[i] + " is here\n");
            }
        }
        for (int speaker = 0; speaker < NAMES.length; speaker++) {
            client.sendAll(people[speaker], Octets.of("hello from " + NAMES[speaker] + "\n"));
            for (int other = 0; other < NAMES.length; other++) {
                if (other != speaker) {
                    hears(client, people[other], NAMES[speaker] + ": hello from " + NAMES[speaker] + "\n");
                }
            }
        }
        for (int i = 0; i < NAMES.length; i++) {
            client.close(people[i]);
            for (int left = i + 1; left < NAMES.length; left++) {
                hears(client, people[left], "* " + NAMES[i] + " has gone\n");
            }
        }
    }

    private static void hears(Calls client, int socket, String line) throws IOException {
        ByteBuffer heard = ByteBuffer.allocateDirect(line.getBytes(StandardCharsets.UTF_8).length);
        if (!client.recvAll(socket, heard) || !Octets.text(heard).equals(line)) {
            throw new IOException("the room said '" + Octets.text(heard).strip() + "' instead of '" + line.strip() + "'");
        }
    }
}

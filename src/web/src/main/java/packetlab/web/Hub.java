package packetlab.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The rooms of the chat. What one client says reaches all others of its room, whatever their transports. In the room
 * {@link #PRICES} only the server speaks. Nobody waits for a slow client: each has an {@link Outbox}, and one whose
 * outbox is full is dropped, counted and told of.
 */
final class Hub implements AutoCloseable {
    static final String LOBBY = "lobby", PRICES = "prices";
    private static final Pattern ROOM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Limits limits;
    private final Consumer<String> remarks;
    private final ThreadPoolExecutor senders = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> daemon(task, "chat-sender"), new ThreadPoolExecutor.DiscardPolicy());
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1,
            task -> daemon(task, "chat-clock"), new ThreadPoolExecutor.DiscardPolicy());
    private final Map<String, Set<Member>> rooms = new ConcurrentHashMap<>();
    private final AtomicInteger members = new AtomicInteger();
    private final AtomicLong joined = new AtomicLong(), heard = new AtomicLong(), delivered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong(), droppedClients = new AtomicLong(), lost = new AtomicLong();
    private volatile boolean closed;

    /** @param remarks takes what is worth a line, such as that a client was dropped */
    Hub(Limits limits, Consumer<String> remarks) {
        this.limits = limits;
        this.remarks = remarks;
        clock.setRemoveOnCancelPolicy(true);
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    static boolean isRoom(String name) {
        return ROOM.matcher(name).matches();
    }

    Limits limits() {
        return limits;
    }

    /** For what has to happen later; its tasks must not block. */
    ScheduledExecutorService clock() {
        return clock;
    }

    /** For the clock: one time that fails is told of, and the next comes. */
    Runnable again(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                remarks.accept("what was to be done now and then has failed: " + e);
            }
        };
    }

    /** Tells of what is no fault of a connection. */
    void fault(Throwable why) {
        if (!(why instanceof IOException || why instanceof IllegalStateException)) {
            remarks.accept("a message could not be sent: " + why);
        }
    }

    /** For what may block: a thread for each that does, so at most one a client. After the end it does nothing more. */
    ExecutorService senders() {
        return senders;
    }

    /** A new member, or null where there are as many as there may be. */
    Member join(String room, Transport transport, boolean hearsItself, Member.Ending ending) {
        if (!reserve()) {
            return null;
        }
        Member[] self = new Member[1];
        Outbox outbox = new Outbox(limits.queuedMessages(), limits.queuedOctets(), senders, new Outbox.Owner() {
            @Override
            public void sent(int messages) {
                delivered.addAndGet(messages);
            }

            @Override
            public void failed(Throwable why) {
                fault(why);
                if (!resumes(transport)) {
                    leave(self[0]);
                    // Whoever is no member has no connection, either: else it would wait for what nobody sends.
                    senders.execute(() -> self[0].end(Member.Departure.BROKEN));
                }
            }
        });
        self[0] = new Member(room, transport, hearsItself, ending, outbox, null);
        enter(self[0]);
        return self[0];
    }

    /** Whether there is room for one more member, which then {@link #enter}s. */
    boolean reserve() {
        if (closed) {
            return false;
        }
        if (members.incrementAndGet() > limits.clients()) {
            members.decrementAndGet();
            refuse("a client beyond the " + limits.clients() + " that may be connected");
            return false;
        }
        joined.incrementAndGet();
        return true;
    }

    /** From now on it hears what is said. */
    void enter(Member member) {
        rooms.compute(member.room(), (name, those) -> {
            Set<Member> all = those == null ? ConcurrentHashMap.newKeySet() : those;
            all.add(member);
            return all;
        });
    }

    /** So many messages have gone to a client whose outbox is not ours. */
    void sent(int messages) {
        delivered.addAndGet(messages);
    }

    /** Whether a client may come back for what a connection that broke did not take. */
    private static boolean resumes(Transport transport) {
        return switch (transport) {
            case HTTP_POLLING, HTTP_LONG_POLLING, HTTP_STREAMING, SSE -> true;
            default -> false;
        };
    }

    /** May be called again. */
    void leave(Member member) {
        Set<Member> room = rooms.get(member.room());
        if (room != null && room.remove(member)) {
            members.decrementAndGet();
            rooms.computeIfPresent(member.room(), (name, rest) -> rest.isEmpty() ? null : rest);
        }
        if (!member.sharesOutbox()) {
            member.outbox().close();
        }
    }

    /**
     * A client says something in a room.
     *
     * @param from who is not to hear it; null for somebody who only sends
     * @return false where nobody may say that there: the room is the server's, or the text is too long
     */
    boolean say(Member from, String room, Message message) {
        if (room.equals(PRICES) || message.octets() > limits.messageOctets()) {
            refuse(room.equals(PRICES) ? "a message into " + PRICES + ", where only the server speaks"
                    : "a message of " + message.octets() + " octets, more than " + limits.messageOctets());
            return false;
        }
        heard.incrementAndGet();
        spread(from, room, message);
        return true;
    }

    /** The server says something to all of a room. */
    void tell(String room, Message message) {
        spread(null, room, message);
    }

    private void spread(Member from, String room, Message message) {
        for (Member member : rooms.getOrDefault(room, Set.of())) {
            if (member != from || from.hearsItself()) {
                offer(member, message);
            }
        }
    }

    /** Leaves a message for one client. */
    void offer(Member member, Message message) {
        if (!member.offer(message)) {
            drop(member, Member.Departure.TOO_SLOW);
        }
    }

    /** Parts with a client that does not keep up. */
    void drop(Member member, Member.Departure why) {
        int waiting = member.outbox().take().size();
        leave(member);
        droppedClients.incrementAndGet();
        lost.addAndGet(waiting);
        remarks.accept("a " + member.transport().id() + " client is dropped: " + why.words() + "; " + waiting
                + " messages were waiting for it");
        senders.execute(() -> member.end(why));
    }

    /** Something was not accepted. */
    void refuse(String what) {
        refused.incrementAndGet();
        remarks.accept("refused: " + what);
    }

    boolean anybodyIn(String room) {
        return rooms.containsKey(room);
    }

    List<Member> members() {
        List<Member> all = new ArrayList<>();
        rooms.values().forEach(all::addAll);
        return all;
    }

    ChatCounters counters() {
        return new ChatCounters(members.get(), joined.get(), heard.get(), delivered.get(), refused.get(),
                droppedClients.get(), lost.get());
    }

    /** Says goodbye to everybody, for a short while, and forgets them. */
    @Override
    public void close() {
        closed = true;
        clock.shutdownNow();
        for (Member member : members()) {
            leave(member);
            senders.execute(() -> member.end(Member.Departure.SERVER_ENDS));
        }
        senders.shutdown();
        try {
            if (!senders.awaitTermination(1, TimeUnit.SECONDS)) {
                senders.shutdownNow();
            }
        } catch (InterruptedException e) {
            senders.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

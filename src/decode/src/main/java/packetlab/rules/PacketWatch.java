package packetlab.rules;

import java.nio.ByteBuffer;
import packetlab.event.Event;
import packetlab.event.EventListener;
import packetlab.event.EventType;
import packetlab.event.Side;
import packetlab.event.TcpEvent;
import packetlab.event.WsEvent;
import packetlab.flow.FlowLimits;
import packetlab.flow.StreamHandler;
import packetlab.message.Decoder;
import packetlab.message.MessageDecoder;
import packetlab.message.MessageLimits;
import packetlab.wire.Dissector;
import packetlab.wire.LinkType;
import packetlab.wire.Tcp;

/**
 * Follows the packets that come to a wire with the decoder's own connection tracking, and says of each what a rule may
 * ask. Connections are numbered as in the output of a decoder that is given the same packets. One thread.
 */
public final class PacketWatch implements AutoCloseable {
    private static final int ETHERNET_HEADER = 14;
    private static final int CONTROL_FLAGS = Tcp.SYN | Tcp.FIN | Tcp.RST;

    private final PacketFacts facts = new PacketFacts();
    private final MessageDecoder messages;
    private final Decoder decoder;
    private final Conversations conversations = new Conversations();
    private final Places places = new Places();

    /** @param webSockets whether rules ask about WebSocket messages, which costs the decoding of them all */
    public PacketWatch(boolean webSockets) {
        Told told = new Told(webSockets);
        messages = webSockets ? new MessageDecoder(told, MessageLimits.DEFAULT) : null;
        StreamHandler.Factory nobody = stream -> IGNORED;
        decoder = new Decoder(told, webSockets ? messages : nobody, FlowLimits.DEFAULT, false);
        facts.segment = decoder.tcp().last();
        facts.dissector = decoder.dissector();
    }

    /** Takes one packet as a PacketHandler does; the answer is valid until the next. */
    public PacketFacts onPacket(ByteBuffer buffer, int offset, int capturedLength, int wireLength, long timestampNs,
                                int linkType, int flags) {
        facts.webSocket.clear();
        long segments = decoder.tcp().segments();
        decoder.onPacket(buffer, offset, capturedLength, wireLength, timestampNs, linkType, flags);
        Dissector d = decoder.dissector();
        facts.frame = decoder.packets();
        facts.offset = d.packetOffset();
        facts.capturedLength = capturedLength;
        facts.wireLength = wireLength;
        facts.packetLength = wireLength - (linkType == LinkType.EN10MB ? ETHERNET_HEADER : 0);
        facts.tcp = decoder.tcp().segments() > segments;
        facts.result = facts.tcp ? Dissector.Result.TCP : d.result();
        if (facts.tcp) {
            facts.kind = d.tcp().payloadWireLength() > 0 ? PacketFacts.Kind.DATA
                    : (d.tcp().flags() & CONTROL_FLAGS) != 0 ? PacketFacts.Kind.CONTROL : PacketFacts.Kind.ACK;
        } else {
            Conversations.Conversation conversation = conversations.of(d, facts.result);
            facts.conversation = conversation.number;
            facts.conversationServer = conversations.fromServer();
            facts.answered = conversation.answered;
            facts.kind = facts.result == Dissector.Result.UDP ? PacketFacts.Kind.DATAGRAM : PacketFacts.Kind.OTHER;
        }
        facts.place = places.next(facts.flow(), facts.fromServer(), facts.kind);
        return facts;
    }

    @Override
    public void close() {
        if (messages != null) {
            messages.close();
        }
    }

    private static final StreamHandler IGNORED = new StreamHandler() {
        @Override
        public void onData(Side from, byte[] array, int offset, int length) {
            // Nobody asks what is in it.
        }

        @Override
        public void onGap(Side from, long length, GapCause cause) {
            // Likewise.
        }

        @Override
        public void onFin(Side from) {
            // Likewise.
        }

        @Override
        public void onClose(TcpEvent.How how) {
            // Likewise.
        }
    };

    /** Keeps what the packet at hand completes. */
    private final class Told implements EventListener {
        private final boolean webSockets;

        Told(boolean webSockets) {
            this.webSockets = webSockets;
        }

        @Override
        public void onEvent(Event event) {
            if (event instanceof WsEvent e) {
                facts.webSocket.add(e);
            }
        }

        @Override
        public boolean wants(EventType type) {
            return webSockets && (type == EventType.WS_FRAME || type == EventType.WS_MESSAGE);
        }
    }
}

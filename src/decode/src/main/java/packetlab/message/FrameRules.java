package packetlab.message;

import packetlab.event.Side;

/**
 * What RFC 6455 sections 5 and 7.4 and RFC 7692 section 6 demand of the frames that one side sends. A watcher and an
 * endpoint judge with it. It keeps what a rule needs of the past: whether a message or the connection is being closed,
 * and the last masking key. One thread; nothing is allocated.
 */
public final class FrameRules {
    /** Rules of every frame, from either side. */
    private static final long EVERY_FRAME = WsRule.RESERVED_BITS.bit() | WsRule.RESERVED_OPCODE.bit()
            | WsRule.LENGTH_MINIMAL.bit() | WsRule.LENGTH_TOP_BIT.bit();
    private static final long CONTROL_FRAME = WsRule.CONTROL_FRAGMENTED.bit() | WsRule.CONTROL_LENGTH.bit();
    private static final long DATA_FRAME = WsRule.CONTINUATION_START.bit() | WsRule.MESSAGE_NESTED.bit()
            | WsRule.DATA_AFTER_CLOSE.bit();
    private static final long MASKED = WsRule.MASK_ZERO.bit() | WsRule.MASK_REPEATED.bit();
    private static final int RSV1 = 4;

    private enum Message { NONE, OPEN, UNKNOWN }

    private boolean masks;
    private boolean maskJudged = true;
    private int meaningfulRsv;
    private boolean rsv1PerMessage;
    private boolean rsv1PerFrame;
    private Message message = Message.NONE;
    private boolean closeSent;
    private int lastKey;
    private long checked;

    /** @param sender whose frames these are */
    public FrameRules(Side sender) {
        masks = sender == Side.CLIENT;
    }

    /**
     * Tells what the opening handshake agreed on.
     *
     * @param rsv        the RSV bits to which an extension gives, or may give, a meaning (RSV1 is 4)
     * @param perMessage whether RSV1 is that of RFC 7692: it speaks of its message
     * @param perFrame   whether RSV1 speaks of its frame (x-webkit-deflate-frame)
     */
    public void negotiated(int rsv, boolean perMessage, boolean perFrame) {
        meaningfulRsv = rsv;
        rsv1PerMessage = perMessage;
        rsv1PerFrame = perFrame;
    }

    /** Frames before the next are not known: whether a message is open is not either. */
    public void lostTrack() {
        message = Message.UNKNOWN;
        lastKey = 0;
    }

    /** Whether masking is judged, and if so, whether this side has to mask: for a watcher who missed the beginning. */
    void judgeMasking(boolean judged, boolean masks) {
        maskJudged = judged;
        this.masks = masks;
    }

    /**
     * Judges the header that {@code f} has just read, and remembers what the next frame is judged by.
     *
     * @return the rules that this frame breaks; 0 for none
     */
    public long check(FrameParser f) {
        int opcode = f.opcode();
        boolean control = Opcode.isControl(opcode);
        long broken = 0;
        checked |= EVERY_FRAME;
        if (maskJudged) {
            checked |= masks ? WsRule.CLIENT_MASKED.bit() : WsRule.SERVER_UNMASKED.bit();
            if (f.masked() != masks) {
                broken |= masks ? WsRule.CLIENT_MASKED.bit() : WsRule.SERVER_UNMASKED.bit();
            }
        }
        if (f.masked()) {
            broken |= checkKey(f);
        }
        if (f.rsv() != 0 || meaningfulRsv != 0) {
            broken |= checkRsv(f.rsv(), opcode, control);
        }
        if (!Opcode.isDefined(opcode)) {
            broken |= WsRule.RESERVED_OPCODE.bit();
        }
        if (!f.lengthMinimal()) {
            broken |= WsRule.LENGTH_MINIMAL.bit();
        }
        if (f.length() < 0) {
            broken |= WsRule.LENGTH_TOP_BIT.bit();
        }
        return broken | (control ? checkControl(f, opcode) : checkData(f, opcode));
    }

    /**
     * Whether the next frame, if it is a whole data message, masked as it has to be and otherwise without anything
     * special, breaks none of these rules; {@link #passed} then stands for {@link #check}.
     */
    boolean ordinaryPass() {
        return message == Message.NONE && !closeSent && maskJudged;
    }

    /** Whether this side has to mask. */
    boolean masks() {
        return masks;
    }

    /** The latest frame's masking key; 0 if it is not known, which no key may equal anyway. */
    int lastKey() {
        return lastKey;
    }

    /** Ordinary frames have passed, the last one with that masking key. */
    void passed(int key) {
        checked |= EVERY_FRAME | DATA_FRAME
                | (masks ? WsRule.CLIENT_MASKED.bit() | MASKED : WsRule.SERVER_UNMASKED.bit());
        lastKey = key;
    }

    private long checkKey(FrameParser f) {
        checked |= MASKED;
        int key = f.maskKey();
        long broken = key == 0 ? WsRule.MASK_ZERO.bit()
                : key == lastKey ? WsRule.MASK_REPEATED.bit() : 0;
        lastKey = key;
        return broken;
    }

    private long checkRsv(int rsv, int opcode, boolean control) {
        long broken = (rsv & ~meaningfulRsv) != 0 ? WsRule.RESERVED_BITS.bit() : 0;
        boolean set = (rsv & RSV1) != 0;
        if (control && (rsv1PerMessage || rsv1PerFrame)) {
            checked |= WsRule.RSV1_CONTROL.bit();
            broken |= set ? WsRule.RSV1_CONTROL.bit() : 0;
        } else if (opcode == Opcode.CONTINUATION && rsv1PerMessage) {
            checked |= WsRule.RSV1_CONTINUATION.bit();
            broken |= set ? WsRule.RSV1_CONTINUATION.bit() : 0;
        }
        return broken;
    }

    private long checkControl(FrameParser f, int opcode) {
        checked |= CONTROL_FRAME;
        long broken = f.fin() ? 0 : WsRule.CONTROL_FRAGMENTED.bit();
        if (Long.compareUnsigned(f.length(), 125) > 0) {
            broken |= WsRule.CONTROL_LENGTH.bit();
        }
        if (opcode == Opcode.CLOSE) {
            checked |= WsRule.CLOSE_AGAIN.bit();
            if (closeSent) {
                broken |= WsRule.CLOSE_AGAIN.bit();
            }
            closeSent = true;
        }
        return broken;
    }

    private long checkData(FrameParser f, int opcode) {
        checked |= DATA_FRAME;
        long broken = closeSent ? WsRule.DATA_AFTER_CLOSE.bit() : 0;
        if (opcode == Opcode.CONTINUATION) {
            if (message == Message.NONE) {
                return broken | WsRule.CONTINUATION_START.bit();
            }
            if (f.fin()) {
                message = Message.NONE;
            }
        } else if (opcode <= Opcode.BINARY) {
            if (message == Message.OPEN) {
                broken |= WsRule.MESSAGE_NESTED.bit();
            }
            message = f.fin() ? Message.NONE : Message.OPEN;
        }
        return broken;
    }

    /** Judges the body {@code a[from..to)} of a Close frame. */
    public long checkClose(byte[] a, int from, int to) {
        checked |= WsRule.CLOSE_BODY.bit();
        if (to == from) {
            return 0;
        }
        if (to - from == 1) {
            return WsRule.CLOSE_BODY.bit();
        }
        checked |= WsRule.CLOSE_CODE.bit() | WsRule.CLOSE_REASON_UTF8.bit();
        long broken = isWireCloseCode(closeCode(a, from)) ? 0 : WsRule.CLOSE_CODE.bit();
        if (Utf8.check(Utf8.BEGIN, a, from + 2, to) != Utf8.BEGIN) {
            broken |= WsRule.CLOSE_REASON_UTF8.bit();
        }
        return broken;
    }

    static int closeCode(byte[] a, int from) {
        return (a[from] & 0xFF) << 8 | a[from + 1] & 0xFF;
    }

    /** Sections 7.4.1 and 7.4.2 and the registry of section 11.7: 1004 to 1006 and 1015 never stand in a frame. */
    public static boolean isWireCloseCode(int code) {
        return code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
    }

    /** Whether a message has begun and its last frame has not come. */
    public boolean messageOpen() {
        return message == Message.OPEN;
    }

    /** Whether this side has sent a Close frame. */
    public boolean closeSent() {
        return closeSent;
    }

    /** Which rules there was occasion to check. */
    public long checked() {
        return checked;
    }
}

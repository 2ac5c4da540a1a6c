package packetlab.message;

/** Who reads the content of one HTTP message as it passes: without the framing of chunks, inflated. */
interface ContentReader {
    /** The next octets; valid within the call. */
    void content(byte[] a, int at, int n);

    /** Octets are missing here. */
    void gap();

    /** @param complete whether that was all of the message, and nothing of it is missing */
    void end(boolean complete);
}

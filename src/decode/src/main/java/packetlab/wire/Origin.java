package packetlab.wire;

import java.nio.ByteBuffer;

/**
 * The file that packets come from, for octets that are needed once more when other packets are in their memory already.
 * For the thread that polls the source, until that is closed.
 */
public interface Origin {
    /** Position in the file of the array's first octet; negative where it is not the array that packets lie in now. */
    long positionOf(byte[] array);

    /** Fills the buffer from that position on, and answers how far: less where the file does not have it any more. */
    int readAgain(long position, ByteBuffer into);
}

package packetlab.os;

import java.io.IOException;

/** The user asked for something that does not exist or makes no sense here, such as an absent interface: status 2. */
public final class UsageException extends IOException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}

package packetlab.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import packetlab.event.Event;

class ReturnsTest {
    @Test
    void onlyAnotherThreadsReturnsCount() {
        Returns returns = new Returns();
        assertEquals(Event.NO_TIME, returns.beside(1));
        returns.add(1, 100);
        assertEquals(Event.NO_TIME, returns.beside(1), "its own, however late it was stamped");
        assertEquals(100, returns.beside(2));
        returns.add(2, 50);
        assertEquals(50, returns.beside(1));
        assertEquals(100, returns.beside(2));
        returns.add(2, 200);
        assertEquals(100, returns.beside(2));
        assertEquals(200, returns.beside(1));
        assertEquals(200, returns.beside(Event.UNKNOWN));
    }
}

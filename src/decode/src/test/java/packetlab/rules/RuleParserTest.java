package packetlab.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule may say, and where a wrong one is wrong. */
class RuleParserTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "drop the 3rd data segment of the client",
        "drop the server's SYN/ACK",
        "drop the server\u2019s syn-ack",
        "drop retransmissions of stream 2",
        "lose every 10th datagram",
        "delay 20ms tcp",
        "delay the server's SYN/ACK by 1.5s",
        "swap the 2nd and 3rd data segment of the server",
        "swap the second and the third data segment",
        "duplicate the first packet 3 times",
        "duplicate data twice",
        "corrupt mended the 5th data segment of stream 1",
        "allow established",
        "allow log tcp new from 127.0.0.0/8, ::1 to port 80, 8000-8999",
        "reject tcp flags syn,!ack to 10.0.0.1 port 22",
        "deny 5% of udp longer than 1000 bytes from the client",
        "deny ws text messages longer than 1000",
        "deny ws ping from the client containing \"a b # c\"",
        "deny not tcp",
        "deny syn or rst from the server",
        "drop duplicate-acks, of stream 0-3",
        "default deny",
        "   # nothing",
        ""})
    void isARule(String text) throws RuleSyntaxException {
        if (text.contains("acks,")) {
            assertThrows(RuleSyntaxException.class, () -> new RuleSet().add("r", text));
        } else {
            new RuleSet().add("r", text);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "drp tcp                  | 1 | an action: allow, deny (drop), reject, delay, duplicate, corrupt, swap, or default, found 'drp'",
        "drop foo                 | 6 | found 'foo'",
        "drop tcp from nowhere    | 15 | client, server, port, or an address such as 10.0.0.0/8 or ::1, found 'nowhere'",
        "drop to port 70000       | 14 | a port such as 80 or 8000-8999, found '70000'",
        "drop to port             | 13 | a port such as 80 or 8000-8999, found the end of the line",
        "drop stream two          | 13 | the number of a connection",
        "delay tcp                | 10 | how long",
        "delay 70s tcp            | 7 | at most 60s",
        "swap the 2nd data        | 18 | which two",
        "swap the 3rd and 2nd     | 21 | which two",
        "drop 200% of tcp         | 6 | at most 100%",
        "drop the 0th segment     | 10 | 1st, 2nd",
        "drop longer 5            | 13 | 'than'",
        "drop longer than x       | 18 | a number of octets",
        "drop flags syn,foo       | 16 | TCP flags",
        "drop containing          | 16 | a text in quotes, found the end of the line",
        "drop containing \"abc    | 21 | a closing",
        "default swap             | 9 | allow, deny or reject",
        "default deny tcp         | 14 | the end of the line",
        "drop from 10.0.0.0/33    | 11 | an address",
        "drop from 10.0.0.010     | 11 | an address",
        "duplicate 1 times        | 11 | from 2 to 100",
        "drop not                 | 9 | which packets"})
    void saysWhereItIsWrongAndWhatWasExpected(String text, int column, String words) {
        RuleSyntaxException e = assertThrows(RuleSyntaxException.class,
                () -> new RuleSet().add("some.rules", "allow tcp\n" + text));
        assertEquals(2, e.line());
        assertTrue(e.getMessage().startsWith("some.rules:2:" + column + ": expected "), e.getMessage());
        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @Test
    void strangeLettersDoNotReachTheMessage() {
        RuleSyntaxException e = assertThrows(RuleSyntaxException.class,
                () -> new RuleSet().add("r", "drop \u001b[31m" + "x".repeat(5_000)));
        assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
        assertTrue(e.getMessage().length() < 400, e.getMessage());
    }

    @Test
    void thereAreNoMoreRulesThanTheLimit() {
        String many = "drop tcp\n".repeat(RuleSet.MAX_RULES + 1);
        RuleSyntaxException e = assertThrows(RuleSyntaxException.class, () -> new RuleSet().add("r", many));
        assertEquals(RuleSet.MAX_RULES + 1, e.line());
    }

    @Test
    void aRuleKeepsItsPlaceAndItsWordsWithoutTheComment() throws RuleSyntaxException {
        RuleSet rules = new RuleSet().add("a.rules", "\n  drop  tcp   # why\ndrop containing \"#1\"");
        assertEquals("a.rules:2 drop  tcp", rules.rules().get(0).label());
        assertEquals("a.rules:3 drop containing \"#1\"", rules.rules().get(1).label());
    }
}

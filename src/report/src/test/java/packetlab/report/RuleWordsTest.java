package packetlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import packetlab.message.WsRule;

class RuleWordsTest {
    @ParameterizedTest
    @EnumSource
    void everyRuleHasItsWords(WsRule rule) {
        String words = RuleWords.of(rule.id());
        assertFalse(words.contains(rule.id()), words);
        assertFalse(words.endsWith("."), words);
    }

    @Test
    void aSectionNamesItsRfc() {
        assertEquals("RFC 6455 §5.1", RuleWords.section("5.1", Glyphs.UNICODE));
        assertEquals("RFC 6455 section 5.1", RuleWords.section("5.1", Glyphs.ASCII));
        assertEquals("RFC 7692 §7.2.2", RuleWords.section("RFC 7692 7.2.2", Glyphs.UNICODE));
        assertEquals("RFC 8441", RuleWords.section("RFC 8441", Glyphs.UNICODE));
    }
}

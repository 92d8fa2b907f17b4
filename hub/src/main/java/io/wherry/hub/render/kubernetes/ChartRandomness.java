package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a chart could render to something else the next time. Looks for the names of all functions of a template that are not the same each time, anywhere in
 * its files, so that a chart without them need not be rendered twice. What is found by mistake (a word in a comment) costs a second rendering and nothing else. Pure.
 */
final class ChartRandomness {
    /**
     * Chance, time, and the order of a map: the functions of Sprig and Helm that have them. {@code date} and its like take the present time where they are given
     * none; {@code tpl} evaluates a text that may be put together from parts, so that its words stand nowhere.
     */
    private static final Pattern CHANGING = Pattern.compile("\\b(rand(Alpha|AlphaNum|Ascii|Numeric|Bytes|Int)|shuffle"
            + "|gen(PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)"
            + "|buildCustomCert|uuidv4|htpasswd|bcrypt|encryptAES|derivePassword|getHostByName|lookup"
            + "|now|ago|date|dateInZone|date_in_zone|dateModify|date_modify|mustDateModify|must_date_modify|htmlDate|htmlDateInZone"
            + "|toDate|mustToDate|unixEpoch|duration|durationRound|keys|values|tpl)\\b");

    /** Those that hardly anybody writes into a comment. */
    private static final Pattern CERTAIN = Pattern.compile(
            "\\b(rand[A-Z][A-Za-z]+|shuffle|gen[A-Z][A-Za-z]+|uuidv4|htpasswd|bcrypt|encryptAES|now|ago)\\b");

    /** What Go prints of an address in memory, which is another one each time. */
    private static final Pattern ADDRESS = Pattern.compile("0xc[0-9a-f]{6,}");

    private ChartRandomness() {}

    /** Whether a text that was rendered holds what no function's name tells. */
    static boolean isPossible(byte[] rendered) {
        return ADDRESS.matcher(new String(rendered, ISO_8859_1)).find();
    }

    /**
     * The function that made the difference, most likely, with its line: {@code randAlphaNum in line 5}.
     *
     * @param template path in the chart, after the chart's name
     */
    static Optional<String> function(SortedMap<String, byte[]> files, String template) {
        byte[] content = files.get(template);
        if (content == null) {
            return Optional.empty();
        }
        String text = new String(content, ISO_8859_1);
        return Stream.of(CERTAIN, CHANGING)
                .map(pattern -> pattern.matcher(text))
                .filter(Matcher::find)
                .findFirst()
                .map(found -> found.group() + " in line "
                        + (1
                                + text.substring(0, found.start())
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count()));
    }

    /** What helps, by what {@link #function} said. */
    static String hint(String function) {
        return function.startsWith("keys ") || function.startsWith("values ")
                ? "a map has no order: sort what comes of it, as in keys .Values.a | sortAlpha"
                : "give the value that it makes up (a random password, a time) by values";
    }

    /** @param files of the chart by their paths in it; what is packed counts as changing, since its words are not seen */
    static boolean isPossible(SortedMap<String, byte[]> files) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            boolean template = file.getKey().contains("templates/");
            if (file.getKey().endsWith(".tgz")
                    || (template
                            && CHANGING.matcher(new String(file.getValue(), ISO_8859_1))
                                    .find())) {
                return true;
            }
        }
        return false;
    }
}

package io.wherry.contract.registry;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for in {@code WWW-Authenticate}.
 *
 * @param scheme     {@code basic}, {@code bearer} or another, in small letters; empty: it asks for nothing
 * @param parameters by their names in small letters
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]+))");

    public static Challenge parse(String header) {
        String text = header.strip();
        int space = text.indexOf(' ');
        String scheme = space < 0 ? text : text.substring(0, space);
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher matcher = PARAMETER.matcher(space < 0 ? "" : text.substring(space + 1));
        while (matcher.find()) {
            String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return new Challenge(scheme.toLowerCase(Locale.ROOT), parameters);
    }

    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}

package io.wherry.base;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Numbers about this process in Prometheus' text form (docs/reference/metrics.md). Counters are counted where things happen, gauges are asked
 * for when somebody looks. Labels come from closed sets (states, reasons), never from names of sites: their number stays bounded.
 */
public final class Metrics {
    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    private record Family(String help, String type, Supplier<SortedMap<String, Double>> values) {}

    /** A number that only rises; name it {@code wherry_…_total}. */
    public LongAdder counter(String name, String help) {
        LongAdder count = new LongAdder();
        add(name, new Family(help, "counter", () -> new TreeMap<>(Map.of("", (double) count.sum()))));
        return count;
    }

    /** A number that is asked for when somebody looks, in base units (seconds, bytes). */
    public void gauge(String name, String help, Supplier<? extends Number> value) {
        add(
                name,
                new Family(
                        help,
                        "gauge",
                        () -> new TreeMap<>(Map.of("", value.get().doubleValue()))));
    }

    /** One number per value of a label from a closed set. */
    public void gauge(
            String name, String help, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        labelled(name, help, "gauge", label, values);
    }

    /** Numbers that only rise, one per value of a label from a closed set; name it {@code wherry_…_total}. */
    public void counter(
            String name, String help, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        labelled(name, help, "counter", label, values);
    }

    private void labelled(
            String name,
            String help,
            String type,
            String label,
            Supplier<? extends Map<String, ? extends Number>> values) {
        add(name, new Family(help, type, () -> {
            SortedMap<String, Double> labelled = new TreeMap<>();
            values.get().forEach((key, value) -> labelled.put("{" + label + "=\"" + key + "\"}", value.doubleValue()));
            return labelled;
        }));
    }

    private void add(String name, Family family) {
        if (families.putIfAbsent(name, family) != null) {
            throw new IllegalStateException("metric: " + name + " twice (expected: each name once)");
        }
    }

    /** Name to what it means: the reference page is compared with it. */
    public SortedMap<String, String> descriptions() {
        SortedMap<String, String> descriptions = new TreeMap<>();
        families.forEach((name, family) -> descriptions.put(name, family.help()));
        return descriptions;
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(family.help())
                    .append('\n');
            text.append("# TYPE ")
                    .append(name)
                    .append(' ')
                    .append(family.type())
                    .append('\n');
            family.values().get().forEach((labels, value) -> text.append(name)
                    .append(labels)
                    .append(' ')
                    .append(number(value))
                    .append('\n'));
        });
        return text.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}

package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.e2e.bench.BenchOperator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The hub is killed while people write to it and an agent polls. {@code -Dhub.kills=N} kills it so often; {@code e2e/reliability/hub.sh} tells how long it
 * was away.
 */
class HubKillIT {
    /** Of every verification. */
    private static final int KILLS = 3;

    private static final int WRITERS = 2;

    /** So many answers between two kills: enough that one is nearly always under way. */
    private static final int ANSWERS = 20;

    private static final int LONGEST_PAUSE_MS = 200;

    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    /** Rewrites one group, higher each time, for as long as it is let. */
    private static final class Writer implements AutoCloseable {
        private final String name;
        private final BenchOperator operator;
        private volatile boolean open = true;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();

        Writer(String name) throws Exception {
            this.name = name;
            this.operator = BenchOperator.of(fleet.hub().url(), fleet.hub().data());
        }

        void run() {
            boolean away = false;
            while (open) {
                try {
                    if (away) {
                        compare();
                        away = false;
                    }
                    write(answered.get() + 1);
                    answered.incrementAndGet();
                } catch (IOException | IllegalStateException e) {
                    away = true; // killed, or not up again: what it has kept is looked at first
                    pause();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private static void pause() {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void write(int number) throws IOException, InterruptedException {
            String yaml = "{apiVersion: wherry.io/v1alpha1, kind: Group, metadata: {name: " + name
                    + "}, spec: {members: [m-" + number + "]}}";
            operator.post(
                    "/apply",
                    Json.object()
                            .put(
                                    "files",
                                    new Json.Arr(List.of(Json.object()
                                            .put("name", "group.yaml")
                                            .put("content", yaml)
                                            .build())))
                            .build());
        }

        /** What was under way may have been kept or not; what was answered must have been. */
        private void compare() throws IOException, InterruptedException {
            int before = answered.get();
            int kept = before == 0
                    ? 0
                    : Integer.parseInt(operator.get("/groups/" + name)
                            .object("spec")
                            .strings("members")
                            .getFirst()
                            .substring("m-".length()));
            lost.addAndGet(Math.max(0, before - kept));
            answered.set(Math.max(kept, before));
        }

        @Override
        public void close() {
            open = false;
        }
    }

    @Test
    void nothingThatWasAnsweredIsLostHoweverOftenTheHubIsKilled() throws Exception {
        int kills = Integer.getInteger("hub.kills", KILLS);
        Random random = new Random(1);
        App shop = fleet.app("written");
        String red = shop.commit(App.web("red"));
        shop.declare().healthyAt(red);
        List<Writer> writers = new ArrayList<>();
        List<Long> awayMs = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Writer writer = new Writer("written-" + i);
                writers.add(writer);
                running.add(threads.submit(writer::run));
            }
            answersCome(writers);
            for (int kill = 0; kill < kills; kill++) {
                Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
                fleet.hub().kill();
                long began = System.nanoTime();
                fleet.hub().start();
                firstAnswer(writers);
                awayMs.add((System.nanoTime() - began) / 1_000_000);
                answersCome(writers);
            }
            writers.forEach(Writer::close);
            for (Future<?> one : running) {
                one.get(1, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        String blue = shop.push(App.web("blue"));
        shop.healthyAt(blue);

        awayMs.sort(null);
        System.out.println("figures: " + kills + " kills, " + answered(writers) + " writes answered; away for "
                + awayMs.getFirst() + " to " + awayMs.getLast() + " ms");
        assertThat(writers.stream().mapToInt(writer -> writer.lost.get()).sum())
                .as("writes that were answered and are gone")
                .isZero();
    }

    private static int answered(List<Writer> writers) {
        return writers.stream().mapToInt(writer -> writer.answered.get()).sum();
    }

    private static void firstAnswer(List<Writer> writers) throws Exception {
        int before = answered(writers);
        fleet.until("the hub takes something again", () -> answered(writers) > before);
    }

    private static void answersCome(List<Writer> writers) throws Exception {
        int before = answered(writers);
        fleet.until("the hub takes some more", () -> answered(writers) > before + ANSWERS);
    }
}

package io.wherry.e2e.simulation;

import io.wherry.agent.hubclient.SimulatedLinks;
import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.Step;
import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.verify.Floor;
import io.wherry.e2e.disk.Disk;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One history of hub, link and agent that a seed made up: first everything goes wrong, then nothing any more, and then all must come right. */
final class Schedule implements AutoCloseable {
    private static final Duration LONGEST_TROUBLE = Duration.ofMinutes(4);

    /** Back-offs reach five minutes and half of it more, and several may follow each other. */
    private static final Duration CALM = Duration.ofHours(1);

    private static final int RETRIES = 6;

    private static final Duration READING = Duration.ofSeconds(30);

    private static final Set<Outcome> FOR_A_PERSON =
            Set.of(Outcome.DRIFTED, Outcome.UNHEALTHY, Outcome.ROLLED_BACK, Outcome.FAILED);

    private final long seed;
    private final Random random;
    private final Time time = new Time(Trust.BEGIN.plusSeconds(60));
    private final Fate fate = new Fate();
    private final Disk disk = new Disk(fate::step);
    private final Path data = disk.path("/data");
    private final SimulatedHub hub;
    private final ServiceEngine engine;
    private final SimulatedNetwork network;
    private final Operator operator;
    private final Invariants invariants;
    private final List<String> story = new ArrayList<>();
    private final Tally tally = new Tally();
    private @Nullable SimulatedAgent agent;
    private Instant agentStarts = Instant.MIN;
    private Instant hubStarts = Instant.MIN;
    private Instant hubTick = Instant.MIN;
    private Instant mischief = Instant.MIN;
    private Instant operation = Instant.MIN;
    private Instant nextReading = Instant.MIN;
    private int retries;

    /** What happened, so that nobody believes in a simulation in which nothing does. */
    static final class Tally {
        int turns;
        int agentDeaths;
        int powerCuts;
        int hubDeaths;
        int receipts;

        /** How many journals of stacks a death met in each step. */
        final Map<Step, Integer> deathsAt = new EnumMap<>(Step.class);

        void add(Tally other) {
            other.deathsAt.forEach((step, deaths) -> deathsAt.merge(step, deaths, Integer::sum));
            turns += other.turns;
            agentDeaths += other.agentDeaths;
            powerCuts += other.powerCuts;
            hubDeaths += other.hubDeaths;
            receipts += other.receipts;
        }
    }

    Schedule(long seed, Database database) throws IOException {
        this.seed = seed;
        this.random = new Random(seed);
        this.hub = new SimulatedHub(database, time, random);
        this.engine = new ServiceEngine(fate, random, time);
        this.network = new SimulatedNetwork(hub::call, fate, random, time);
        this.operator = new Operator(hub, random);
        this.invariants = new Invariants(hub, operator, engine);
        join();
    }

    private void join() throws IOException {
        Files.createDirectory(
                data,
                java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
        io.wherry.base.DurableFiles.syncDirectory(disk.path("/"));
        Trust.writeDeviceKeys(data);
        TrustRoot root = Trust.root(1, Trust.BEGIN);
        SimulatedAgent.join(
                data,
                new Membership(SimulatedHub.AGENT, "site-1", "", Trust.domain(), List.of("hub.example:8444")),
                new AgentState.Joined(hub.roots(), root, Floor.first(root, root.issuedAt())));
    }

    /** @throws AssertionError naming the seed and the last events, if something does not hold */
    Tally run() {
        try {
            Instant end = time.instant().plus(within(LONGEST_TROUBLE)).plusSeconds(30);
            while (time.instant().isBefore(end)) {
                next();
            }
            comeRight();
            tally.receipts = (int) living().outbox.counter();
            invariants.everyReceiptCountedOnce(living().outbox.counter());
            return tally;
        } catch (AssertionError | RuntimeException | Fate.Killed e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n  the last of it:\n  "
                            + String.join("\n  ", story.subList(Math.max(0, story.size() - 60), story.size())),
                    e);
        }
    }

    List<String> story() {
        return story;
    }

    private SimulatedAgent living() {
        if (agent == null) {
            throw new AssertionError("the agent is not there");
        }
        return agent;
    }

    private Duration within(Duration most) {
        return Duration.ofMillis((long) (random.nextDouble() * most.toMillis()));
    }

    private void tell(String what) {
        story.add(time.instant() + " " + what);
    }

    /** Whatever is due first. */
    private void next() {
        Instant agentDue = agent == null ? agentStarts : agent.due();
        Instant hubDue = hub.isUp() ? hubTick : hubStarts;
        Instant lateDue = network.due().orElse(Instant.MAX);
        Instant first = List.of(agentDue, hubDue, lateDue, mischief, operation).stream()
                .min(Instant::compareTo)
                .orElseThrow();
        time.reach(first);
        if (first.equals(hubDue)) {
            hubTurn();
        } else if (first.equals(lateDue)) {
            tell("late requests come in");
            network.deliverLate();
        } else if (first.equals(mischief)) {
            mischief();
        } else if (first.equals(operation)) {
            operation = time.instant().plus(within(Duration.ofSeconds(40)));
            operator.act();
            tell("operator acts; newest " + describeNewest());
        } else {
            agentTurn();
        }
        noteHub();
    }

    private String describeNewest() {
        return hub.isUp()
                ? hub.newest().map(o -> o.epoch() + "/" + o.sequence()).orElse("none")
                : "unknown: the hub died";
    }

    private boolean hubWasUp = true;

    private void noteHub() {
        if (hubWasUp && !hub.isUp()) {
            tally.hubDeaths++;
            hubStarts = time.instant().plus(within(Duration.ofSeconds(60)));
            tell("hub died");
        }
        hubWasUp = hub.isUp();
    }

    private void hubTurn() {
        if (hub.isUp()) {
            hubTick = time.instant().plusSeconds(15);
            hub.tick();
        } else {
            hub.restart();
            hubTick = time.instant().plusSeconds(15);
            tell("hub is back; newest " + describeNewest());
        }
    }

    private void agentTurn() {
        try {
            String what;
            if (agent == null) {
                agent = new SimulatedAgent(new SimulatedAgent.World(
                        data, time, new Random(random.nextLong()), () -> SimulatedLinks.over(network), engine));
                what = "agent starts";
            } else {
                tally.turns++;
                what = agent.runNext();
            }
            tell(what + ": " + describe(agent));
            invariants.check(agent);
        } catch (Fate.Killed e) {
            boolean power = random.nextBoolean();
            tell(power ? "agent's machine loses its power" : "agent is killed");
            tally.agentDeaths++;
            tally.powerCuts += power ? 1 : 0;
            if (agent != null) {
                agent.journal.all().forEach(record -> tally.deathsAt.merge(record.step(), 1, Integer::sum));
            }
            agent = null;
            fate.live();
            if (power) {
                disk.cutPower(random);
            }
            agentStarts = time.instant().plus(within(Duration.ofSeconds(30)));
        }
    }

    private String describe(SimulatedAgent living) {
        StringBuilder text = new StringBuilder();
        text.append(living.state.floor().epoch())
                .append('/')
                .append(living.state.floor().sequence())
                .append(", outbox ")
                .append(living.outbox.size());
        for (StackId stack : Operator.STACKS) {
            living.journal.find(stack).ifPresent(record -> text.append(", ")
                    .append(Operator.name(stack))
                    .append(' ')
                    .append(record.step())
                    .append(' ')
                    .append(record.work()
                            .entry()
                            .map(entry -> entry.generation())
                            .orElse(0L))
                    .append(" good ")
                    .append(record.goodGeneration())
                    .append(" runs ")
                    .append(engine.running(stack)));
        }
        return text.toString();
    }

    /** The world turns worse, or better for a while. */
    private void mischief() {
        mischief = time.instant().plus(within(Duration.ofSeconds(40)));
        switch (random.nextInt(6)) {
            case 0, 1 -> fate.dieAfter(1 + random.nextInt(60));
            case 2 -> hub.fate().dieAfter(1 + random.nextInt(20));
            case 3 -> network.weather(new SimulatedNetwork.Weather(random.nextInt(70), random.nextInt(5) == 0));
            case 4 -> engine.trouble(random.nextBoolean() ? 0 : 3 + random.nextInt(20));
            default -> {
                StackId stack = Operator.STACKS.get(random.nextInt(Operator.STACKS.size()));
                engine.disturb(stack);
                invariants.disturbed(stack);
                tell("somebody removes a container of " + Operator.name(stack));
            }
        }
    }

    /** Nothing goes wrong any more. */
    private void comeRight() {
        tell("calm begins");
        network.weather(SimulatedNetwork.Weather.FINE);
        engine.trouble(0);
        mischief = Instant.MAX;
        operation = Instant.MAX;
        fate.live();
        hub.fate().live();
        if (!hub.isUp()) {
            hub.restart();
            noteHub();
        }
        operator.mendAll();
        Instant end = time.instant().plus(CALM);
        Optional<String> missing = Optional.of("nothing was looked at yet");
        while (missing.isPresent()) {
            if (time.instant().isAfter(end)) {
                throw new AssertionError("not right after " + CALM + " without faults: " + missing.get());
            }
            next();
            missing = agent == null ? Optional.of("the agent is not there") : missing();
        }
    }

    /** A person reads what the hub was told, and asks once more for what only a person may ask for. */
    private Optional<String> missing() {
        Optional<String> missing = invariants.missing(living());
        if (missing.isPresent() && !time.instant().isBefore(nextReading)) {
            nextReading = time.instant().plus(READING);
            for (StackId stack : Operator.STACKS) {
                boolean waitsForAPerson = operator.target(stack)
                        .flatMap(TargetState::current)
                        .map(EntryState::outcome)
                        .filter(FOR_A_PERSON::contains)
                        .isPresent();
                if (waitsForAPerson && retries++ < RETRIES) {
                    tell("operator retries " + Operator.name(stack));
                    operator.retry(stack);
                }
            }
        }
        return missing;
    }

    @Override
    public void close() {
        hub.close();
    }
}

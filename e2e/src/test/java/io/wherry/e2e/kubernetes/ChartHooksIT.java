package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks of charts as Helm runs them: by event and weight, and what fails keeps the rest from being touched. */
class ChartHooksIT {
    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("hooks", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static String hook(String name, String events, int weight, String policies, String command) {
        return """
                {'events':[%s],'weight':%d,'deletePolicies':[%s],'object':{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'%s'},
                 'spec':{'backoffLimit':0,'template':{'spec':{'restartPolicy':'Never','terminationGracePeriodSeconds':0,'containers':[
                 {'name':'job','image':'wherry.test/busybox:1','imagePullPolicy':'Never','command':['sh','-c','%s']}]}}}}}
                """.formatted(events, weight, policies, name, command);
    }

    private static String hooks(String... hooks) {
        return "'hooks':[" + String.join(",", hooks) + "],";
    }

    private String started(String job) {
        return site.field("job/" + job, ".metadata.creationTimestamp");
    }

    @Test
    void runAtTheirEventsInTheOrderOfTheirWeights() throws Exception {
        String all = hooks(
                hook("second", "'pre-install'", 5, "", "true"),
                hook("first", "'pre-install','pre-upgrade'", -5, "", "sleep 2"),
                hook("after", "'post-install'", 0, "'hook-succeeded'", "true"),
                hook("upgrade", "'post-upgrade'", 0, "", "true"));
        Deployment install = site.with(all, settings("a", "1"));

        assertThat(site.apply(install))
                .containsExactly(
                        "STARTED Job.batch/NS/first",
                        "STARTED Job.batch/NS/second",
                        "STARTED Job.batch/NS/after",
                        "CREATED ConfigMap/NS/a");
        assertThat(site.exists("job/after")).as("deleted when it had succeeded").isFalse();
        assertThat(site.exists("job/upgrade")).isFalse();
        assertThat(started("second")).isGreaterThan(started("first"));
        String before = site.field("job/first", ".metadata.uid");
        assertThat(KubeSite.done(site.runtime.commit(install)).leftovers()).isEmpty();

        site.writes.clear();
        assertThat(site.apply(install)).as("an apply that is made again").containsExactly("STARTED Job.batch/NS/after");
        assertThat(site.runtime.apply(install, ApplyMode.CORRECT)).isEqualTo(new Application.Applied(List.of()));

        assertThat(site.apply(site.with(all, settings("a", "2"))))
                .containsExactly(
                        "STARTED Job.batch/NS/first", "STARTED Job.batch/NS/upgrade", "ADJUSTED ConfigMap/NS/a");
        assertThat(site.field("job/first", ".metadata.uid")).isNotEqualTo(before);
    }

    @Test
    void oneThatFailsRefusesTheGenerationBeforeAnythingElseIsTouched() throws Exception {
        Deployment good = site.next(settings("a", "1"));
        site.release(good);
        Deployment broken = site.with(
                hooks(hook("migrate", "'pre-upgrade'", 0, "", "echo no such table; exit 1")), settings("a", "2"));

        Application refused = site.runtime.apply(broken, ApplyMode.FULL);

        assertThat(refused).isInstanceOfSatisfying(Application.Refused.class, r -> {
            assertThat(r.reason()).isEqualTo(RuntimeReason.HOOK_FAILED);
            assertThat(r.detail()).contains("pre-upgrade: Job.batch/" + site.namespace + "/migrate");
        });
        assertThat(site.field("configmap/a", ".data.value")).isEqualTo("1");
        site.rollback(broken, Optional.of(good));
        assertThat(site.runtime.diff(good)).isEmpty();
    }

    @Test
    void aHookWhoseNameSomebodyElseHasIsRefusedBeforeTheFirstWrite() {
        site.kubectl("create", "job", "migrate", "--image=" + Cluster.IMAGE);
        assertThat(site.runtime.apply(
                        site.with(hooks(hook("migrate", "'pre-install'", 0, "", "true")), settings("a", "1")),
                        ApplyMode.FULL))
                .isInstanceOfSatisfying(
                        Application.Refused.class, r -> assertThat(r.reason()).isEqualTo(RuntimeReason.NAME_TAKEN));
        assertThat(site.writes).isEmpty();
    }

    @Test
    void thoseOfAWayBackAreOfWhatComesBackAndKeepItFromNothing() throws Exception {
        Deployment good = site.with(
                hooks(
                        hook("before", "'pre-rollback'", 0, "", "echo no; exit 1"),
                        hook("after", "'post-rollback'", 0, "", "true")),
                settings("a", "1"));
        site.release(good);
        assertThat(site.exists("job/before")).isFalse();
        Deployment broken = site.with(
                hooks(hook("never", "'pre-rollback'", 0, "", "true")), settings("a", "2") + "," + settings("b", "2"));
        assertThat(site.rollback(broken, Optional.of(good)).changes())
                .as("it never began")
                .isEmpty();
        assertThat(site.exists("job/before")).isFalse();
        site.apply(broken);

        assertThat(actions(site.rollback(broken, Optional.of(good))))
                .containsExactly(
                        "STARTED Job.batch/NS/before runs at pre-rollback",
                        "STARTED Job.batch/NS/before failed at pre-rollback",
                        "STARTED Job.batch/NS/after runs at post-rollback",
                        "ADJUSTED ConfigMap/NS/a differed",
                        "REMOVED ConfigMap/NS/b came with the generation that is undone");
        assertThat(site.exists("job/never")).isFalse();
        assertThat(site.runtime.diff(good)).isEmpty();
        String first = site.field("job/after", ".metadata.uid");

        assertThat(actions(site.rollback(broken, Optional.of(good))))
                .as("a way back that is made again")
                .containsExactly("STARTED Job.batch/NS/before failed at pre-rollback");
        Deployment next = site.with("", settings("a", "3"));
        site.apply(next);
        site.rollback(next, Optional.of(good));
        assertThat(site.field("job/after", ".metadata.uid"))
                .as("another way back")
                .isNotEqualTo(first);
    }

    private List<String> actions(Settled.Done done) {
        return done.changes().stream()
                .map(c -> c.action() + " " + c.object().replace(site.namespace, "NS") + " " + c.why())
                .toList();
    }

    @Test
    void thoseOfARemovalRunBeforeIt() throws Exception {
        String clean = hooks(hook("clean", "'pre-delete'", 0, "", "true"));
        site.release(site.with(clean, settings("a", "1")));

        KubeSite.done(site.runtime.remove(site.with(clean, "", "ConfigMap/NS/a"), false));

        assertThat(site.exists("job/clean")).isTrue();
        assertThat(site.exists("configmap/a")).isFalse();
    }
}

package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.reconcile.Exports.Answer;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.state.Step;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class SiteAnswersTest extends OnASite {
    private Answer ask(SiteQuestion question) {
        return site.answers(true, true).answer(question);
    }

    private static Json.Obj given(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Given.class);
        return ((Answer.Given) answer).content();
    }

    private static Answer.Refused refused(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return (Answer.Refused) answer;
    }

    private void runs() {
        site.runtime.logs.add(new ServiceLog("Deployment.apps/shop/web", "web-1/web", List.of("one", "two")));
        site.runtime.logs.add(new ServiceLog("db", "shop-db-1", List.of("three")));
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
    }

    @Test
    void logLinesAreGivenOfAllOrOfOneByItsWholeNameOrItsLastPart() {
        runs();

        assertThat(given(ask(new SiteQuestion.Logs(shop, "", 10))).objects("logs"))
                .hasSize(2);
        for (String name : List.of("web", "Deployment.apps/shop/web")) {
            assertThat(given(ask(new SiteQuestion.Logs(shop, name, 10))).objects("logs"))
                    .singleElement()
                    .satisfies(log -> assertThat(log.strings("lines")).containsExactly("one", "two"));
        }
        assertThat(given(ask(new SiteQuestion.Logs(shop, "service/db", 10))).objects("logs"))
                .singleElement()
                .satisfies(log -> assertThat(log.string("container")).isEqualTo("shop-db-1"));
        Answer.Refused other = refused(ask(new SiteQuestion.Logs(shop, "cache", 10)));
        assertThat(other.reason()).isEqualTo(RuntimeReason.STACK_NOT_HERE);
        assertThat(other.detail()).contains("called cache (there is: Deployment.apps/shop/web, db)");
    }

    @Test
    void aSiteThatRefusesItIsNotRead() {
        runs();
        site.runtime.calls.clear();

        assertThat(refused(site.answers(true, false).answer(new SiteQuestion.Logs(shop, "", 10)))
                        .detail())
                .contains("logs: allow");
        assertThat(refused(site.answers(false, true).answer(new SiteQuestion.Objects("shop")))
                        .reason())
                .isEqualTo(RuntimeReason.EXPORT_REFUSED);
        assertThat(site.runtime.calls).isEmpty();
    }

    @Test
    void moreThanAnAnswerHoldsIsCutToTheNewestLinesAndCounted() {
        site.runtime.logs.add(
                new ServiceLog("web", "web-1", List.of("0".repeat(600_000), "1".repeat(600_000), "2".repeat(600_000))));
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);

        assertThat(given(ask(new SiteQuestion.Logs(shop, "", 10))).objects("logs"))
                .singleElement()
                .satisfies(log -> {
                    assertThat(log.integer("left")).isEqualTo(2);
                    assertThat(log.strings("lines")).containsExactly("2".repeat(600_000));
                });
    }

    @Test
    void ofAStackThatNeverBecameHealthyTheOneInWorkIsAskedAndOfOneThatIsNotThereItIsSaid() {
        assertThat(refused(ask(new SiteQuestion.Tree(shop))).reason()).isEqualTo(RuntimeReason.STACK_NOT_HERE);

        site.runtime.starting.add(1L);
        site.runtime.parts.add(new Part("service/a", ObjectHealth.State.HEALTHY, "runs"));
        site.runtime.parts.add(new Part(
                "service/b",
                ObjectHealth.State.STARTING,
                "line\nbroken",
                List.of(new Part("b-1", ObjectHealth.State.STARTING, ""))));
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        do {
            site.turn(shop);
        } while (site.record(shop).step() != Step.PROBING);

        Json.Obj tree = given(ask(new SiteQuestion.Tree(shop)));
        assertThat(tree.integer("generation")).isEqualTo(1);
        assertThat(tree.objects("objects"))
                .extracting(one -> one.string("object"))
                .containsExactly("service/b", "service/a");
        assertThat(tree.objects("objects").getFirst().string("detail")).isEqualTo("line | broken");
        assertThat(tree.objects("objects").getFirst().objects("parts"))
                .singleElement()
                .satisfies(part -> assertThat(part.string("state")).isEqualTo("Starting"));
    }

    @Test
    void aPlanOfMoreThanAnAnswerHoldsNamesTheRest() {
        Outlook outlook = new Outlook(
                List.of(
                        new Outlook.Changed(
                                "ConfigMap/shop/a", Outlook.Action.CHANGED, List.of("+" + "x".repeat(900_000)), ""),
                        new Outlook.Changed(
                                "ConfigMap/shop/b", Outlook.Action.CREATED, List.of("+" + "x".repeat(900_000)), "")),
                List.of());

        List<Json.Obj> objects = SiteAnswers.json(outlook).objects("objects");

        assertThat(objects.getFirst().strings("diff")).hasSize(1);
        assertThat(objects.getLast().strings("diff")).isEmpty();
        assertThat(objects.getLast().string("action")).isEqualTo("Created");
        assertThat(objects.getLast().string("note")).isEqualTo("not shown: the plan is too long");
    }

    @Test
    void aPlanOfObjectsIsNotAskedOfADockerEngine() {
        SiteQuestion question =
                new SiteQuestion.Plan(shop, "shop", Json.object().build(), false, List.of());

        assertThat(refused(ask(question)).reason()).isEqualTo(RuntimeReason.UNSUPPORTED_FIELD);
    }
}

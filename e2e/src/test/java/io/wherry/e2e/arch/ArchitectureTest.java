package io.wherry.e2e.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which part may know which (docs/explanation/architecture.md). Each rule was broken once on purpose to see it fail. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.wherry");

    /** The hub's packages in layers: a package may depend on those of its own layer and of the layers before. */
    private static final List<List<String>> HUB_LAYERS = List.of(
            List.of("db"),
            List.of("audit"),
            List.of("resource"),
            List.of("access", "policy", "vault", "egress", "registry"),
            List.of("source", "render", "bundle", "release"),
            List.of("fleet"),
            List.of("status"),
            List.of("rollout", "configuration"),
            List.of("sync"),
            List.of("bundlefile", "transfer", "token", "validation"),
            List.of("agentapi", "api", "web"),
            List.of("backup", "cli", "demo"));

    @Test
    void seesTheCode() {
        assertThat(CODE.contain("io.wherry.hub.HubMain")).isTrue();
        assertThat(CODE.contain("io.wherry.agent.AgentMain")).isTrue();
        assertThat(CODE.contain("io.wherry.contract.Digest")).isTrue();
    }

    @Test
    void hubAndAgentNeverSeeEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.wherry.hub..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wherry.agent..")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("io.wherry.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wherry.hub..")
                .check(CODE);
    }

    @Test
    void theContractKnowsNeither() {
        noClasses()
                .that()
                .resideInAnyPackage("io.wherry.base..", "io.wherry.contract..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.wherry.hub..", "io.wherry.agent..")
                .check(CODE);
    }

    @Test
    void theBaseKnowsNothing() {
        noClasses()
                .that()
                .resideInAPackage("io.wherry.base..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wherry.contract..")
                .check(CODE);
    }

    @Test
    void laterStagesOfTheHubAreUnknownToEarlierOnes() {
        List<String> later = new ArrayList<>();
        for (List<String> layer : HUB_LAYERS.reversed()) {
            if (!later.isEmpty()) {
                noClasses()
                        .that()
                        .resideInAnyPackage(packages(layer))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(later))
                        .allowEmptyShould(true) // a layer of the plan may have no package yet
                        .check(CODE);
            }
            later.addAll(layer);
        }
    }

    private static String[] packages(List<String> names) {
        return names.stream().map(name -> "io.wherry.hub." + name + "..").toArray(String[]::new);
    }

    @Test
    void stagesFormNoCycle() {
        slices().matching("io.wherry.hub.(*)..").should().beFreeOfCycles().check(CODE);
        slices().matching("io.wherry.agent.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void generatedGrpcCodeIsUsedAtTheTwoEdgesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.wherry.hub.agentapi..", "io.wherry.agent.hubclient..", "io.wherry.contract.v1..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.wherry.contract.v1..")
                .check(CODE);
    }

    @Test
    void threadsStartInTheBaseOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wherry.base..")
                .should()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .check(CODE);
    }

    @Test
    void nobodyAsksTheClockBehindTheCallersBack() {
        noClasses().should().callMethod(Instant.class, "now").check(CODE);
    }

    @Test
    void nothingIsPrintedPastTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.wherry.hub",
                        "io.wherry.hub.cli..",
                        "io.wherry.hub.demo..",
                        "io.wherry.agent",
                        "io.wherry.agent.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CODE);
    }

    /** An agent of a Docker engine has no room for a second client in its memory: it must never load one. */
    @Test
    void oneClassAloneKnowsTheClientOfKubernetes() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.wherry.agent.runtime.kubernetes.ApiServerClient")
                .and()
                .doNotHaveFullyQualifiedName("io.wherry.agent.runtime.kubernetes.ClientConfig") // its own part
                .and()
                .doNotHaveFullyQualifiedName("io.wherry.agent.runtime.kubernetes.ApiServerClient$Connection")
                .and()
                .doNotHaveFullyQualifiedName("io.wherry.agent.runtime.kubernetes.ApiServerClient$Body")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(CODE);
    }

    @Test
    void theDatabaseIsReachedThroughItsSeam() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.wherry.hub.db..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.zaxxer..", "org.sqlite..")
                .check(CODE);
    }
}

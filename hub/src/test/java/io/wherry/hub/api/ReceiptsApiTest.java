package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wherry.contract.AgentId;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.Principal;
import io.wherry.hub.access.Role;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.sync.SyncFixture;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsApiTest {
    @TempDir
    Path folder;

    private SyncFixture hub;
    private Route route;
    private AgentRecord north;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        Audited audited = new Audited(hub.fleet.audit, hub.fleet.clock);
        route = new ReceiptsApi(hub.fleet.agents, hub.intake, audited).routes().getFirst();
        hub.source();
        north = hub.join("north", Map.of("app", "yes"));
        hub.stack("shop", "shop", "");
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", "services: {web: {image: 'shop:1'}}\n"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void whatOneAgentOfAnotherHubReportsMakesTheWholeFileRefusedAndChangesNothing() {
        AgentId stranger = AgentId.random(hub.fleet.random);
        Json.Obj known = receipt(north.id());
        Json.Obj unknown = receipt(stranger);
        long before = hub.fleet.changes();

        ApiException refused = catchThrowableOfType(ApiException.class, () -> take(known, unknown));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused)
                .hasMessage("agent " + stranger.value() + " is not known here; are these the receipts of another hub?");
        assertThat(refused.hint())
                .contains("import them at the hub that the site belongs to", "nothing of them was taken");
        assertThat(hub.fleet.changes()).isEqualTo(before);
    }

    @Test
    void whatIsOfThisHubIsTakenAndAudited() {
        take(receipt(north.id()));

        assertThat(hub.fleet.audited()).last().asString().startsWith("user:ann receipts.import Agent/north");
    }

    private void take(Json.Obj... receipts) {
        Json.Obj body =
                Json.object().put("receipts", new Json.Arr(List.of(receipts))).build();
        Principal ann = new Principal("id", "ann", Role.OPERATOR);
        route.handler().handle(new ApiRequest(ann, "192.0.2.1", Map.of(), Map.of(), body, Conditions.NONE));
    }

    /** As if it were that agent's. */
    private Json.Obj receipt(AgentId agent) {
        byte[] envelope = hub.sign(north, hub.receipt(north, new Receipt.Body.States(List.of())));
        return Json.object()
                .put("agent", agent.value())
                .put("envelope", Base64.getEncoder().encodeToString(envelope))
                .build();
    }
}

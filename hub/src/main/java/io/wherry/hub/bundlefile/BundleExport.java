package io.wherry.hub.bundlefile;

import io.wherry.contract.AgentId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Makes bundle files. Everything that can be refused is refused before an assignment is issued and before a byte is sent.
 *
 * <p>Each file has fresh assignments of its own: their life begins when the file is made, and lasts as long as the journey and the next visit take.
 */
public final class BundleExport {
    /** 500: of 10 KiB each, typically, they are kept in memory while the file is written. */
    public static final int MAX_AGENTS = 500;

    private final Recipients recipients;
    private final FileMaker files;
    private final Assignments assignments;

    public BundleExport(Recipients recipients, FileMaker files, Assignments assignments) {
        this.recipients = recipients;
        this.files = files;
        this.assignments = assignments;
    }

    /** @param also takes part in the transaction that issues, once for each agent: the audit log */
    public Export prepare(ExportRequest request, BiConsumer<Handle, AgentRecord> also) {
        try {
            List<AgentRecord> chosen = recipients.chosen(request);
            List<Offer> newest = recipients.newest(chosen);
            Cargo cargo = request.images() ? files.images(chosen, newest) : files.withoutImages();
            files.content(chosen, newest, cargo, request.lean()); // nothing is issued for a file that cannot be made
            Map<AgentId, AgentRecord> byId = chosen.stream().collect(Collectors.toMap(AgentRecord::id, agent -> agent));
            List<Offer> issued = assignments.issueFor(
                    List.copyOf(chosen.stream().map(AgentRecord::id).toList()),
                    request.validFor(),
                    cargo::carried,
                    (handle, id) -> {
                        AgentRecord agent = byId.get(id);
                        if (agent != null) {
                            also.accept(handle, agent);
                        }
                    });
            if (issued.size() != chosen.size()) {
                throw new Stop(
                        ExportReason.EXPORT_UNKNOWN_AGENT,
                        "an agent was retired while the file was made",
                        "export again without it");
            }
            FileContent content = files.content(chosen, issued, cargo, request.lean());
            return new Export.Ready(chosen.stream().map(AgentRecord::name).toList(), content::write);
        } catch (Stop stop) {
            return stop.refused();
        }
    }
}

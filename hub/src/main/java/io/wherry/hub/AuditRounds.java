package io.wherry.hub;

import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditWalk;
import io.wherry.hub.audit.CheckpointFeed;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StatusReason;

/** What is done with the audit log every hour: records and checkpoint are compared, then the next checkpoint is signed. */
final class AuditRounds {
    private final Database db;
    private final AuditWalk walk;
    private final CheckpointFeed feed;
    private final Events events;
    private boolean told;

    AuditRounds(Database db, AuditLog log, CheckpointFeed feed, Events events) {
        this.db = db;
        this.walk = new AuditWalk(log);
        this.feed = feed;
        this.events = events;
    }

    /** Compares first: what is found belongs to the checkpoint that sites have. */
    void runOnce() {
        walk.next().ifPresentOrElse(this::tell, () -> told = false);
        feed.advance();
    }

    private void tell(String damage) {
        if (told) {
            return;
        }
        db.run(handle -> events.raise(
                handle,
                Severity.ALARM,
                "Hub",
                "audit",
                StatusReason.AUDIT_LOG_CHANGED,
                damage,
                "wherry audit export, and compare with an earlier export"));
        events.published();
        told = true;
    }
}

package io.wherry.agent.state;

import io.wherry.agent.state.StackRecord.Good;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StackRecord.Quarantine;
import io.wherry.agent.state.StackRecord.Tries;
import io.wherry.agent.state.StackRecord.Work;
import io.wherry.contract.Entry;
import io.wherry.contract.Gap;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.TreeMap;

/** A journal file's text. Version 1; a file of a newer version is refused, not guessed at. */
final class RecordJson {
    static final long VERSION = 1;

    private RecordJson() {}

    static Json.Obj write(StackRecord record) {
        Json.Builder out = Json.object()
                .put("version", VERSION)
                .put("stack", record.stack().value())
                .put("work", work(record.work()))
                .put("reported", record.reported())
                .put("runtime", record.runtime());
        record.good()
                .ifPresent(good -> out.put(
                        "good",
                        Json.object()
                                .put("entry", good.entry().toJson())
                                .put("images", good.images())
                                .put("at", good.at().toString())
                                .build()));
        record.quarantine()
                .ifPresent(verdict -> out.put(
                        "quarantine",
                        Json.object()
                                .put("generation", verdict.generation())
                                .put("rolledBack", verdict.rolledBack())
                                .put("note", note(verdict.note()))
                                .build()));
        return out.build();
    }

    private static Json.Obj work(Work work) {
        Json.Builder out = Json.object()
                .put("step", work.step().name())
                .put("attempts", work.tries().attempts())
                .put("transitions", work.tries().transitions())
                .put("images", work.images())
                .put("since", work.since().toString())
                .put("note", note(work.note()));
        work.entry().ifPresent(entry -> out.put("entry", entry.toJson()));
        if (!work.gaps().isEmpty()) {
            out.put("gaps", new Json.Arr(work.gaps().stream().map(Gap::toJson).toList()));
        }
        return out.build();
    }

    private static Json.Obj note(Note note) {
        return Json.object()
                .put("reason", note.reason())
                .put("message", note.message())
                .build();
    }

    /** @throws RuntimeException of JSON, enum or time parsing if the text is not a record */
    static StackRecord read(Json.Obj json) {
        long version = json.integer("version");
        if (version != VERSION) {
            throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
        }
        Json.Obj work = json.object("work");
        return new StackRecord(
                StackId.parse(json.string("stack")),
                new Work(
                        Step.valueOf(work.string("step")),
                        work.findObject("entry").map(Entry::parse),
                        new Tries((int) work.integer("attempts"), (int) work.integer("transitions")),
                        new TreeMap<>(work.stringMap("images")),
                        Instant.parse(work.string("since")),
                        readNote(work.object("note")),
                        work.objects("gaps").stream().map(Gap::parse).toList()),
                json.findObject("good").map(RecordJson::readGood),
                json.findObject("quarantine")
                        .map(verdict -> new Quarantine(
                                verdict.integer("generation"),
                                verdict.bool("rolledBack"),
                                readNote(verdict.object("note")))),
                json.string("reported"),
                json.findString("runtime").orElse(""));
    }

    private static Good readGood(Json.Obj good) {
        return new Good(
                Entry.parse(good.object("entry")),
                new TreeMap<>(good.stringMap("images")),
                Instant.parse(good.string("at")));
    }

    private static Note readNote(Json.Obj note) {
        return new Note(note.string("reason"), note.string("message"));
    }
}

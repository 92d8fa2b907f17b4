package io.wherry.agent.hubclient;

import com.google.protobuf.ByteString;
import io.wherry.contract.Limits;
import io.wherry.contract.v1.ExportRequest;
import java.util.HexFormat;

/**
 * The answer to an operator who asked what runs here.
 *
 * @param id      of the question
 * @param content JSON; empty where it is refused. May hold secrets, so it is in no text of this
 * @param reason  code; empty where it is not refused
 * @param detail  one sentence
 */
public record ExportAnswer(String id, byte[] content, String reason, String detail) {
    static final int ID_BYTES = 16;
    private static final int MAX_DETAIL_CHARS = 1024;

    public ExportAnswer {
        if (content.length > Limits.EXPORT_BYTES) {
            throw new IllegalArgumentException(
                    "content: " + content.length + " bytes (expected: at most " + Limits.EXPORT_BYTES + ")");
        }
        content = content.clone();
        detail = detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS - 2) + " …";
    }

    @Override
    public byte[] content() {
        return content.clone();
    }

    ExportRequest toWire() {
        return ExportRequest.newBuilder()
                .setId(ByteString.copyFrom(HexFormat.of().parseHex(id)))
                .setContent(ByteString.copyFrom(content))
                .setReason(reason)
                .setDetail(detail)
                .build();
    }

    @Override
    public String toString() {
        return "ExportAnswer[" + id + ", " + content.length + " bytes, " + reason + "]";
    }
}

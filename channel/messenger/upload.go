package messenger

import (
	"bytes"
	"context"

	facebook "github.com/huandu/facebook/v2"

	"github.com/langnghe/langnghe/channel"
)

// imageLimits and paperLimits are those of attachments: 25 MB of anything
// (D:saving-assets), of which we send what offices write and phones open, and no
// more than an upload carries in time.
func imageLimits() channel.FileLimits {
	return channel.FileLimits{Bytes: 10_000_000, Types: []string{"image/jpeg", "image/png"}}
}

func paperLimits() channel.FileLimits {
	return channel.FileLimits{Bytes: 10_000_000, Types: []string{
		"application/pdf", "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	}}
}

// enclosure is the attachment of a message, or of an upload (D:saving-assets):
//
//	{"type":"image","payload":{"is_reusable":true}}
//	{"type":"image","payload":{"attachment_id":"1857777774821032"}}
type enclosure struct {
	Type    string       `json:"type"`
	Payload enclosedFile `json:"payload"`
}

type enclosedFile struct {
	AttachmentID string `json:"attachment_id,omitempty"`
	IsReusable   bool   `json:"is_reusable,omitempty"`
}

// uploading is the message of POST /{page}/message_attachments.
type uploading struct {
	Attachment enclosure `json:"attachment"`
}

// upload hands a file to the platform, which keeps it for 90 days, and returns
// what a message shows it by.
func (s *Sender) upload(ctx context.Context, f channel.File) (*enclosure, error) {
	limits := paperLimits()
	if f.Kind == channel.FileImage {
		limits = imageLimits()
	}
	if err := limits.Takes(f); err != nil {
		return nil, err
	}
	data, err := f.Read(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	res, err := s.session.WithContext(ctx).Post("/"+s.page.PageID+"/message_attachments", facebook.Params{
		"message":  uploading{enclosure{Type: f.Kind, Payload: enclosedFile{IsReusable: true}}},
		"filedata": facebook.DataWithContentType(f.Name, bytes.NewReader(data), f.Type),
	})
	if err != nil {
		return nil, channel.Uploading(s.failure(err, f.Name))
	}
	id, _ := res["attachment_id"].(string)
	if id == "" {
		return nil, &channel.SendError{Kind: channel.KindTemporary, Code: "http/200", Message: "the answer holds no attachment_id"}
	}
	return &enclosure{Type: f.Kind, Payload: enclosedFile{AttachmentID: id}}, nil
}

package zalo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"

	"github.com/langnghe/langnghe/channel"
)

// Uploads have stayed on v2.
const (
	pathUploadImage = "/v2.0/oa/upload/image"
	pathUploadFile  = "/v2.0/oa/upload/file"
)

// imageLimits and paperLimits are those of uploads: "jpg/png <= 1 MB" and
// "PDF/DOC/DOCX <= 5 MB", of which the smaller megabyte is taken.
func imageLimits() channel.FileLimits {
	return channel.FileLimits{Bytes: 1_000_000, Types: []string{"image/jpeg", "image/png"}}
}

func paperLimits() channel.FileLimits {
	return channel.FileLimits{Bytes: 5_000_000, Types: []string{
		"application/pdf", "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	}}
}

// media and enclosed are the two forms in which a message holds what was uploaded:
//
//	{"attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":"…"}]}}}
//	{"attachment":{"type":"file","payload":{"token":"…"}}}
type media struct {
	TemplateType string    `json:"template_type"`
	Elements     []element `json:"elements"`
}

type element struct {
	MediaType    string `json:"media_type"`
	AttachmentID string `json:"attachment_id"`
}

type enclosed struct {
	Token string `json:"token"`
}

// upload hands a file to Zalo, which keeps it for seven days, and returns the part
// of a message that shows it.
func (s *Sender) upload(ctx context.Context, f channel.File) (*attached, error) {
	path, limits := pathUploadFile, paperLimits()
	if f.Kind == channel.FileImage {
		path, limits = pathUploadImage, imageLimits()
	}
	if err := limits.Takes(f); err != nil {
		return nil, err
	}
	data, err := f.Read(ctx)
	if err != nil {
		return nil, err
	}
	r, err := uploadRequest(path, f.Name, data)
	if err != nil {
		return nil, &channel.SendError{Kind: channel.KindRejected, Code: "file/form", Message: "the file cannot be written into a form", Err: err}
	}
	answer, err := s.authorized(ctx, r)
	if err != nil {
		return nil, channel.Uploading(err)
	}
	var got struct {
		ID    word `json:"attachment_id"`
		Token word `json:"token"`
	}
	// Without either the answer is useless whatever else it holds.
	_ = json.Unmarshal(answer, &got)
	switch id := string(got.ID); {
	case id == "" && got.Token == "": // so for a name whose ending does not fit
		return nil, &channel.SendError{Kind: channel.KindRejected, Code: "file/upload", Message: "the upload's answer names no file"}
	case f.Kind == channel.FileImage:
		return &attached{Type: "template", Payload: media{"media", []element{{"image", id}}}}, nil
	case got.Token == "":
		return &attached{Type: "file", Payload: enclosed{id}}, nil
	}
	return &attached{Type: "file", Payload: enclosed{string(got.Token)}}, nil
}

// uploadRequest is a form with the file in the field "file".
func uploadRequest(path, name string, data []byte) (request, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return request{}, fmt.Errorf("write the form: %w", err)
	}
	return request{
		method: http.MethodPost, path: path, form: body.Bytes(), formType: form.FormDataContentType(), timeout: uploadTimeout,
	}, nil
}

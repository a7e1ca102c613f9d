package source

type sheet struct{}
type sheetBlock struct{}
type sheetRows struct{}

func (p *part) sheetReader() (reader, error) { return nil, nil }
func (r *Rows) startSheet()                  {}
func (r *Rows) nextSheet() bool              { return false }

func (p *part) openWorkbook() error { return nil }
